CELL_TYPES = ("basophil", "eosinophil", "erythroblast", "granulocyte", "lymphocyte", "monocyte")
