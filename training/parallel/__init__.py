"""Training beyond one device: several processes, on one machine or on several hosts, train one model together.

share       which images of a batch a process prepares      cluster     who takes part (TF_CONFIG)
team        the processes joined by tf.distribute, and a batch trained by all of them
fit         what each of them does, from the folder to the finished run
supervisor  starts and watches the processes of one machine; when one is lost, all begin again from the last epoch

The engine is tf.distribute's MultiWorkerMirroredStrategy: every process has all weights, computes the gradients of its
images, and all add them up before each step. Keras 3 (3.15) has no training under it: `fit` raises ValueError (it
cannot convert PerReplica values), `train_on_batch` another one (it averages scalars along an axis 0). So team.py has a
step of its own, from Keras' public parts. JAX's data parallelism is no alternative here: the kit does not bring JAX.

A step is the one that a single process would take on the whole batch, to the rounding of floats. What differs by
process is dropout, and BatchNormalization that is trained: it would take means and deviations over a process' own
images, and the chief's moving ones would be kept. The networks here freeze it (networks/freezing.py).
"""
