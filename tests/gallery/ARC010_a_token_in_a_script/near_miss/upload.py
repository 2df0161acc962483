"""Send the newest zip. The code is that of commit 9c41e07bd2f86a35c0e914d7fb82a6350ec97d14."""

import os
import urllib.request

TOKEN = os.environ["CODABENCH_TOKEN"]  # never written down: sk-..., hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
SHA1 = "5b0e8d2f7c94a1636e0fd85c27b94e01a3c7d682"
request = urllib.request.Request("https://www.codabench.org/api/submissions/")
request.add_header("Authorization", f"Token {TOKEN}")
