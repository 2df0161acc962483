"""SRV080 to SRV089: logs in which the container, its memory, its disk or its network sets the limit."""

from tools.explain.platform_text import Place, PlatformText, later, no, organisers, platforms, yes, yours
from tools.explain.texts.commands import CHECK, EVALUATE

TEXTS = (
    PlatformText(
        code="SRV080",
        title="killed by the system, mostly for its memory",
        place=Place.LOG,
        shown=("exitCode: 137", "ingestionExitCode: 137", "Killed"),
        also=(
            "exit code 137",
            "exit status 137",
            "exited with code 137",
            "returned 137",
            "out of memory: Killed process",
            "oom-kill",
            "OOMKilled",
            "signal 9",
            "SIGKILL",
        ),
        lines=(r"(?:.{0,80}: line \d{1,6}:\s{1,8}\d{1,9} )?killed(?:\s.{0,200})?", r"137"),
        causes=(
            yours("more memory than the worker has: all images as float32 at once, several models, or TTA", "RUN005"),
            yours("the run was killed at its time limit", "RUN004"),
            platforms("another run on the same worker took the memory"),
        ),
        again=yes("once, if kit evaluate --memory-limit 4000 passes"),
        run=(f"{EVALUATE} --memory-limit 4000",),
        source="codabench.md 1.7; 4, row 21; 6, findings for the evaluator",
    ),
    PlatformText(
        code="SRV081",
        title="out of memory",
        place=Place.LOG,
        shown=(
            "MemoryError",
            "numpy.core._exceptions._ArrayMemoryError: Unable to allocate {size} for an array with shape {shape}",
            "ResourceExhaustedError: OOM when allocating tensor with shape{shape}",
        ),
        also=(
            "Unable to allocate {size} for an array",
            "CUDA out of memory",
            "std::bad_alloc",
            "Cannot allocate memory",
            "DefaultCPUAllocator: can't allocate memory",
        ),
        causes=(
            yours("all images, or all their views, are built at once: predict in batches", "RUN005"),
            yours("float64 or float32 copies of a uint8 array: eight and four times its size", "RUN005"),
            platforms("the worker's machine is small, or shared with others"),
        ),
        again=no("the hidden set is as large the next time"),
        run=(f"{EVALUATE} --memory-limit 4000",),
        source="codabench.md 4, row 21; competition.md: one team's TTA died of memory",
    ),
    PlatformText(
        code="SRV082",
        title="shared memory is full: /dev/shm has 64 MB",
        place=Place.LOG,
        shown=(
            "RuntimeError: DataLoader worker (pid {pid}) is killed by signal: Bus error. It is possible that "
            "dataloader's workers are out of shared memory.",
            "Bus error",
        ),
        also=(
            "DataLoader worker (pid(s) {pid}) exited unexpectedly",
            "unable to write to file </torch_{file}>",
            "unable to allocate shared memory",
        ),
        causes=(
            yours(
                "workers of a DataLoader, or another pool, pass arrays through shared memory: num_workers=0", "RUN008"
            ),
        ),
        again=no("the limit is the container's"),
        run=(EVALUATE,),
        source="codabench.md 1.5; 4, row 45; 6, process",
    ),
    PlatformText(
        code="SRV083",
        title="the worker's disk is full",
        place=Place.LOG,
        shown=("OSError: [Errno 28] No space left on device",),
        also=("no space left on device", "Disk quota exceeded"),
        causes=(
            platforms("images and earlier runs fill the worker's disk"),
            yours("the run writes large files into its output or /tmp", "RUN014"),
            yours("it writes into /dev/shm, which has 64 MB", "RUN008"),
        ),
        again=later("in some hours; tell the organiser if it stays so"),
        run=(EVALUATE,),
        source="codabench.md 4, row 20; 1.5",
    ),
    PlatformText(
        code="SRV084",
        title="something that the container does not allow, root or not",
        place=Place.LOG,
        shown=(
            "PermissionError: [Errno 1] Operation not permitted: '{path}'",
            "E: setgroups 65534 failed - setgroups (1: Operation not permitted)",
            "OSError: [Errno 30] Read-only file system: '{path}'",
        ),
        also=(
            "Operation not permitted",
            "Read-only file system",
            "su: cannot set groups",
            "sudo: {why}",
            "Could not open lock file /var/lib/dpkg",
        ),
        causes=(
            yours("apt, pip, chown, su or sudo at run time: nothing can be installed there", "SRC010", "RUN007"),
            yours("writing into /app/data, which is read-only", "RUN007"),
        ),
        again=no("put what is needed into the zip"),
        run=(EVALUATE,),
        source="codabench.md 1.5; 4, row 46; 6, process",
    ),
    PlatformText(
        code="SRV085",
        title="a file that cannot be run, or may not be opened",
        place=Place.LOG,
        shown=(
            'exec: "{program}": permission denied',
            "PermissionError: [Errno 13] Permission denied: '{path}'",
        ),
        also=("permission denied",),
        causes=(
            organisers(
                "the command of metadata.yaml is a script without python or sh before it: unzipping drops its "
                "right to be run, and there is no shell"
            ),
            yours("the submission runs a file of its own, or opens one that it may not", "RUN003", "RUN007"),
        ),
        again=no("unzipping drops the right each time"),
        run=(EVALUATE,),
        source="codabench.md 1.5; 1.11; 4, row 40",
    ),
    PlatformText(
        code="SRV086",
        title="the image has no program of that name",
        place=Place.LOG,
        shown=("nvidia_entrypoint.sh: line {line}: exec: python: not found",),
        also=(
            "exec: {program}: not found",
            "exec: {program}: executable file not found in $PATH",
            "python: command not found",
            "python3: command not found",
            "python: not found",
            "exec {program} failed: No such file or directory",
        ),
        causes=(
            organisers("the command says python where the image has only python3, or is no program of the image"),
            organisers("words of a shell in the command: it is run without one"),
            yours("the submission starts a program that the image lacks", "RUN003"),
        ),
        again=no("the organiser must mend the command or the image"),
        run=("kit evaluate submission.zip --bundle BUNDLE",),
        source="codabench.md 1.5; 4, rows 18 and 40",
    ),
    PlatformText(
        code="SRV087",
        title="the network was asked for, and did not answer",
        place=Place.LOG,
        shown=(
            "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='{host}', port={port}): Max retries "
            "exceeded",
            "urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
            "Exception: URL fetch failure on {url}: {why}",
        ),
        also=(
            "Max retries exceeded with url",
            "Temporary failure in name resolution",
            "Name or service not known",
            "Network is unreachable",
            "urlopen error",
            "ConnectionError: {why}",
            "Connection timed out",
            "We couldn't connect to 'https://huggingface.co'",
            "getaddrinfo failed",
            "LocalEntryNotFoundError",
        ),
        only_in="ingestion",
        causes=(
            yours(
                "weights or packages are fetched at run time: put them into the zip, weights=None", "SRC010", "RUN006"
            ),
            organisers("the queue has its network switched off, as it should"),
        ),
        again=no("a submission must not need the network"),
        run=(CHECK, EVALUATE),
        source="codabench.md 1.5; 4, row 43",
    ),
    PlatformText(
        code="SRV088",
        title="died in native code",
        place=Place.LOG,
        shown=("Segmentation fault (core dumped)", "Fatal Python error: {why}", "Illegal instruction (core dumped)"),
        also=(
            "exit code 139",
            "exitCode: 139",
            "ingestionExitCode: 139",
            "exit code 134",
            "exit code 132",
            "signal 11",
            "SIGSEGV",
            "terminate called after throwing an instance of {class}",
            "Aborted (core dumped)",
            "free(): invalid pointer",
            "corrupted size vs. prev_size",
        ),
        lines=(r"segmentation fault", r"aborted", r"illegal instruction"),
        causes=(
            yours("a compiled package of the zip that was built for another machine or version", "RUN008", "SRC006"),
            yours("too many threads or processes, or memory that ran out in native code", "RUN008", "RUN005"),
            platforms("an old processor, for which the image's packages were not built"),
        ),
        again=yes("once, if kit evaluate passes"),
        run=(EVALUATE,),
        source="codabench.md 1.7; 6, findings for the evaluator",
    ),
    PlatformText(
        code="SRV089",
        title="a library of the system is not in the image",
        place=Place.LOG,
        shown=(
            "ImportError: {library}.so.{version}: cannot open shared object file: No such file or directory",
            "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_{version}' not found",
        ),
        also=("cannot open shared object file", "version `GLIBCXX_{version}' not found", "undefined symbol: {symbol}"),
        causes=(
            yours(
                "a package needs a library that a slim image lacks: opencv needs libGL, its headless form does not",
                "SRC005",
                "ENV005",
            ),
            yours("a compiled file in the zip was built on a newer system", "RUN008", "SRC006"),
        ),
        again=no("do without the package: read and resize images with NumPy, Pillow or the framework"),
        run=(EVALUATE,),
        source="codabench.md 1.5, what the images hold; 4, row 17",
    ),
)
