"""One broken submission a code of the catalogue, with the exact report, and a near miss that must not be accused."""
