import json
import sys
from pathlib import Path

input_data, output, submission = (Path(word) for word in sys.argv[1:4])
sys.path.insert(0, str(submission))

from model import Model

numbers = json.loads((input_data / "numbers.json").read_text())
answers = Model().predict(numbers)
(output / "answers.json").write_text(json.dumps(answers))
