"""The operations of this TensorFlow: `operations.py` prints them as a list, in the Python of the environment."""

import json
import sys

from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session

if __name__ == "__main__":
    registered = op_def_pb2.OpList()
    registered.ParseFromString(bytes(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList())))
    json.dump(sorted(operation.name for operation in registered.op), sys.stdout)
