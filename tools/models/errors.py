"""What ends the reading of a model file. Nothing is accused for it: the file is only not judged."""


class UnreadableError(Exception):
    """The file is damaged, of an unknown form, or asks for more than the reader gives."""
