CLASS_NAMES = ("basophil", "eosinophil")
