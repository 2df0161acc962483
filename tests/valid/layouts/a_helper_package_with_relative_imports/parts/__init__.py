from .rule import answer
