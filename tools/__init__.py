"""The kit: checks, plays and sends any submission to any Codabench code competition."""
