"""Prints MB/s and peak memory of sending a zip: python tests/benchmarks/bench_upload.py [MB] [RUNS], with curl there.

The zip goes over loopback to the tests' storage host, in a process of its own, which checks the signature and takes
two sums of all bytes. `curl -T` sends the same file to an address of the same kind. `kit upload` is the whole command:
Python's start, the sha256 of the zip, eight requests, the transfer, and the sha256 of what went out.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MB = 1_000_000
BLOCK = os.urandom(MB)
SENDER = """
import resource, sys, time
from pathlib import Path
from tools.codabench.transport.storage import Storage
begun = time.monotonic()
Storage().put(sys.argv[1], Path(sys.argv[2]))
print(time.monotonic() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
SERVER = """
import time
from tests.tools.codabench.platform import Platform
with Platform() as platform:
    platform.competition.phases[0].max_submissions_per_day = 0
    print(platform.url, platform.token, flush=True)
    time.sleep(3600)
"""


def write_zip(path: Path, size_mb: int) -> str:
    """Stored bytes that do not compress; gives the sha256."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        target.writestr("model.py", "class Model:\n    def predict(self, X):\n        return X\n")
        with target.open("weights.bin", "w", force_zip64=True) as member:
            for _ in range(size_mb):
                member.write(BLOCK)
    with path.open("rb") as stream:
        total = sha256()
        while chunk := stream.read(MB):
            total.update(chunk)
    return total.hexdigest()


def signed(url: str, token: str, size: int) -> str:
    """A signed address to send a file to, asked for without the kit."""
    body: dict[str, object] = {"type": "submission", "request_sassy_file_name": "x.zip", "file_size": size}
    headers = {"Content-Type": "application/json", "Authorization": f"Token {token}"}
    request = urllib.request.Request(f"{url}/api/datasets/", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["sassy_url"]


def by_curl(address: str, path: Path) -> float:
    """Seconds of the transfer, by curl's own clock."""
    words = ["curl", "-sS", "-T", str(path), "-H", "Content-Type: application/zip", "-w", "%{time_total} %{http_code}"]
    told = subprocess.run([*words, address], check=True, capture_output=True, text=True).stdout.split()
    assert told[-1] == "200", told
    return float(told[-2])


def by_storage(address: str, path: Path) -> tuple[float, float]:
    """Seconds of the transfer, and the highest resident memory in MB."""
    told = subprocess.run(
        [sys.executable, "-c", SENDER, address, str(path)], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()
    return float(told[0]), float(told[1]) * 1024 / MB


def by_kit(url: str, path: Path, folder: Path) -> tuple[float, float]:
    """Seconds of the whole command, and the highest resident memory of any child so far, in MB."""
    begun = time.monotonic()
    words = [sys.executable, "-c", "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"]
    words += ["upload", str(path), "--host", url, "--competition", "1", "--force", "--yes"]
    done = subprocess.run(
        words, check=False, cwd=ROOT, env=os.environ | {"KIT_DATA_DIR": str(folder)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MB


def main(size_mb: int, runs: int) -> None:
    """Measure in turns, and print medians."""
    if not shutil.which("curl"):
        sys.exit("curl is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "big.zip"
        write_zip(path, size_mb)
        size = path.stat().st_size
        server = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            url, token = server.stdout.readline().split()
            os.environ["CODABENCH_TOKEN"] = token
            curl, storage, kit, peak, whole_peak = [], [], [], 0.0, 0.0
            for _ in range(runs):
                curl.append(by_curl(signed(url, token, size), path))
                seconds, memory = by_storage(signed(url, token, size), path)
                storage.append(seconds)
                peak = max(peak, memory)
                seconds, whole_peak = by_kit(url, path, folder)
                kit.append(seconds)
        finally:
            server.terminate()
        rate = {name: size / MB / statistics.median(found) for name, found in (("curl", curl), ("kit", storage))}
        print(f"{size / MB:.0f} MB over loopback, medians of {runs}")
        print(f"curl -T          {rate['curl']:7.0f} MB/s")
        print(
            f"the kit's PUT    {rate['kit']:7.0f} MB/s   {rate['kit'] / rate['curl']:.2f} of curl's, peak {peak:.0f} MB"
        )
        print(f"kit upload whole {statistics.median(kit):7.2f} s      peak {whole_peak:.0f} MB")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [1000, 3][len(numbers) :]))
