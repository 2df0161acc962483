"""What the wheat bundle's programs print, well or badly."""

INGESTION_OUT = """Reading Data
----------
Starting
----------
Training Model
----------
Running Prediction
----------
Completed Prediction. Total duration: 0.056742191314697266

Ingestion Program finished. Moving on to scoring
"""

INGESTION_STARTED = """Reading Data
----------
Starting
----------
Training Model
----------
Running Prediction
"""

SCORING_OUT = """Reading prediction
Checking Accuracy
Scores:
{'accuracy': 0.05, 'duration': 0.056742191314697266}
"""

SCORING_STARTED = "Reading prediction\n"

NO_PREDICTION = """Traceback (most recent call last):
  File "/app/program/scoring.py", line 14, in <module>
    prediction = np.genfromtxt(os.path.join(prediction_dir, 'prediction'))
  File "/usr/local/lib/python3.9/site-packages/numpy/lib/npyio.py", line 1793, in genfromtxt
    fid = np.lib._datasource.open(fname, 'rt', encoding=encoding)
  File "/usr/local/lib/python3.9/site-packages/numpy/lib/_datasource.py", line 193, in open
    return ds.open(path, mode, encoding=encoding, newline=newline)
  File "/usr/local/lib/python3.9/site-packages/numpy/lib/_datasource.py", line 532, in open
    raise FileNotFoundError(f"{path} not found.")
FileNotFoundError: /app/input/res/prediction not found.
"""

WRONG_LENGTH = """Traceback (most recent call last):
  File "/app/program/scoring.py", line 21, in <module>
    accuracy = accuracy_score(truth, prediction)
  File "/usr/local/lib/python3.9/site-packages/sklearn/metrics/_classification.py", line 211, in accuracy_score
    y_type, y_true, y_pred = _check_targets(y_true, y_pred)
  File "/usr/local/lib/python3.9/site-packages/sklearn/utils/validation.py", line 387, in check_consistent_length
    raise ValueError(
ValueError: Found input variables with inconsistent numbers of samples: [40, 39]
"""

NO_MODEL = """Traceback (most recent call last):
  File "/app/program/ingestion.py", line 51, in <module>
    main()
  File "/app/program/ingestion.py", line 23, in main
    from model import Model
ModuleNotFoundError: No module named 'model'
"""

PREDICT_RAISES = """Traceback (most recent call last):
  File "/app/program/ingestion.py", line 51, in <module>
    main()
  File "/app/program/ingestion.py", line 36, in main
    prediction = model.predict(X_test)
  File "/app/ingested_program/model.py", line 17, in predict
    return self.weights @ X_test
ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0 (size 7 is different from 40)
"""

IMPORT_ERROR = """Traceback (most recent call last):
  File "/app/program/ingestion.py", line 51, in <module>
    main()
  File "/app/program/ingestion.py", line 23, in main
    from model import Model
  File "/app/ingested_program/model.py", line 2, in <module>
    import torch
ModuleNotFoundError: No module named 'torch'
"""

WEIGHTS_RELATIVE = """Traceback (most recent call last):
  File "/app/program/ingestion.py", line 51, in <module>
    main()
  File "/app/program/ingestion.py", line 30, in main
    model = Model()
  File "/app/ingested_program/model.py", line 9, in __init__
    with open('weights.bin', 'rb') as file:
FileNotFoundError: [Errno 2] No such file or directory: 'weights.bin'
"""

TIME_LIMIT = "Execution Time Limit exceeded. Limit was {limit_s} seconds"
CHILD_FAILED = "Child task failed or non-zero return code"
BAD_ZIP = "Bad or empty zip file"
NO_SCORES = "Could not find scores file, did the scoring program output it?"
PULL_FAILED = "Pull for {image} failed! Check the logs for more information"
