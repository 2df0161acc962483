#!/usr/bin/env bash
# Make a container image without any registry, for the tests of the container engine, and find the options with which
# podman runs it here. Debian's debootstrap and podman are needed, and root. A second run does nothing.
set -euo pipefail
cache=${KIT_TEST_IMAGE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/codabench-kit-tests}
image=localhost/kit-test:bookworm
mkdir -p "$cache"

works() { podman "${options[@]}" run --rm --pull never --network none "${run_options[@]}" "$image" python3 -c 'import numpy' >/dev/null 2>&1; }

read_lines() { mapfile -t "$1" <"$2"; }

if [ -f "$cache/options" ]; then
    read_lines options "$cache/options"
    read_lines run_options "$cache/run_options"
    if works; then exit 0; fi
fi

if [ ! -f "$cache/root.tar" ]; then
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    debootstrap --variant=minbase --include=python3,python3-numpy,tini bookworm "$root"
    rm -rf "$root"/var/cache/apt/archives/*.deb
    tar -C "$root" --exclude=./proc --exclude=./sys --exclude=./dev -cf "$cache/root.tar.part" .
    mv "$cache/root.tar.part" "$cache/root.tar"
fi

# Plain options first; then those of a machine with hybrid control groups.
for storage in overlay vfs; do
    for hybrid in no yes; do
        options=("--root=$cache/$storage" "--runroot=$cache/$storage-run" "--storage-driver=$storage")
        run_options=()
        if [ "$hybrid" = yes ]; then
            options+=(--cgroup-manager=cgroupfs --runtime=runc)
            run_options+=(--ulimit=nofile=1024:1024 --ulimit=nproc=1000:1000)
        fi
        podman "${options[@]}" image exists "$image" 2>/dev/null ||
            podman "${options[@]}" import --change 'ENTRYPOINT ["/usr/bin/tini","--"]' "$cache/root.tar" "$image" >/dev/null 2>&1 || continue
        if works; then
            printf '%s\n' "${run_options[@]}" | sed '/^$/d' >"$cache/run_options"
            printf '%s\n' "${options[@]}" >"$cache/options"
            exit 0
        fi
    done
done
echo "podman runs no container here, whatever its options" >&2
exit 1
