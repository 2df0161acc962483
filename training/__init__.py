"""From images to a trained model: the team's own part, to be edited."""
