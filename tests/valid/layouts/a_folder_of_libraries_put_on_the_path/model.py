import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / 'lib'))
from tinyrule import answer

class Model:
    def predict(self, X):
        return answer(X)
