from model.rule import Model

__all__ = ["Model"]
