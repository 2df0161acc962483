import json
import sys
from pathlib import Path

reference, predictions, output = (Path(word) for word in sys.argv[1:4])
wanted = json.loads((reference / "numbers.json").read_text())
answers = json.loads((predictions / "answers.json").read_text())
share = sum(a == b for a, b in zip(answers, wanted)) / len(wanted)
(output / "scores.json").write_text(json.dumps({"accuracy": share}))
