"""Facts about the machine, on made-up machines: limits, room, systems; and what to type in each."""

from pathlib import Path

import pytest

from tools.doctor import machine, software
from tools.doctor.advice import PROCESS, mend
from tools.doctor.fact import State
from tools.doctor.system import System, look_around


def system(**known) -> System:
    return System(**{"kind": "linux", "name": "Linux 6", "sysctls": {}, **known})


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "wsl", "is_container"),
    [
        ({"proc/version": "Linux version 6.1.0-18-amd64 (debian)"}, None, False),
        ({"proc/version": "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)"}, 1, False),
        ({"proc/version": "Linux version 5.15.90.1-microsoft-standard-WSL2"}, 2, False),
        ({".dockerenv": ""}, None, True),
        ({"run/.containerenv": ""}, None, True),
    ],
)
def test_the_system_is_told_by_its_marks(tmp_path, files, wsl, is_container) -> None:
    found = look_around(write(tmp_path, files))
    assert found.wsl == wsl
    assert found.is_container is is_container


def test_colab_is_told_by_its_variable(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release-colab_20260301")
    found = look_around(tmp_path)
    assert found.is_colab
    assert machine.system_fact(found).state is State.WARNING
    assert mend("bubblewrap", "bubblewrap is not installed", found) == (PROCESS,)


def test_the_settings_of_namespaces_are_read(tmp_path) -> None:
    root = write(tmp_path, {"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"})
    assert look_around(root).sysctls == {"kernel/apparmor_restrict_unprivileged_userns": 1}


FORBIDDEN = "a trial program ended with 1: bwrap: setting up uid map: Permission denied"


@pytest.mark.parametrize(
    ("engine", "complaint", "known", "line"),
    [
        ("bubblewrap", "bubblewrap is not installed", {"managers": ("dnf",)}, "sudo dnf install bubblewrap"),
        ("bubblewrap", "bubblewrap is not installed", {"managers": ()}, "sudo apt install bubblewrap"),
        ("bubblewrap", "this bubblewrap is too old: it lacks --size", {}, "sudo apt install bubblewrap"),
        ("bubblewrap", "bubblewrap is not installed", {"kind": "darwin"}, "for Linux only"),
        ("bubblewrap", FORBIDDEN, {"sysctls": {"kernel/unprivileged_userns_clone": 0}}, "userns_clone=1"),
        ("bubblewrap", FORBIDDEN, {"sysctls": {"user/max_user_namespaces": 0}}, "user.max_user_namespaces=15000"),
        (
            "bubblewrap",
            FORBIDDEN,
            {"sysctls": {"kernel/apparmor_restrict_unprivileged_userns": 1}},
            "/etc/apparmor.d/bwrap",
        ),
        ("bubblewrap", FORBIDDEN, {"wsl": 1}, "wsl --set-version"),
        ("bubblewrap", FORBIDDEN, {"is_container": True}, "seccomp=unconfined"),
        ("bubblewrap", FORBIDDEN, {}, "--engine process"),
        ("container", "docker is not installed; podman is not installed", {}, "sudo apt install podman"),
        ("container", "docker is not installed; podman is not installed", {"wsl": 2}, "Docker Desktop"),
        ("container", "docker is not installed; podman is not installed", {"kind": "darwin"}, "podman machine init"),
        ("container", "docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", {}, "systemctl"),
        ("container", "docker: Cannot connect to the Docker daemon at unix://x", {"wsl": 2}, "WSL integration"),
        ("container", 'podman: Error: exec: "newuidmap": executable file not found in $PATH', {}, "install uidmap"),
        ("container", "podman: no subuid ranges found for user", {}, "usermod --add-subuids"),
        ("container", "podman: Cannot connect to Podman. Please verify", {"kind": "darwin"}, "podman machine start"),
        ("container", "podman: systemd cgroup flag passed, but systemd support is not available", {}, "cgroupfs"),
        ("container", "a trial program ended with 126: error setting rlimit type 7", {}, "--ulimit=nofile"),
        ("container", "docker: something nobody has seen", {}, "--engine process"),
    ],
)
def test_what_to_type_follows_from_what_was_said(engine, complaint, known, line) -> None:
    assert any(line in told for told in mend(engine, complaint, system(**known)))


def test_the_limit_of_a_control_group_is_memory_and_processors_that_there_are(tmp_path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user.slice/run-1\n",
            "sys/fs/cgroup/user.slice/memory.max": f"{1 << 30}\n",
            "sys/fs/cgroup/user.slice/run-1/memory.max": "max\n",
            "sys/fs/cgroup/user.slice/run-1/cpu.max": "50000 100000\n",
        },
    )
    memory = machine.memory_fact(root)
    assert memory.state is State.WARNING
    assert memory.details["limit_mb"] == 1024
    assert "1.0 GB free (a control group's limit)" in memory.value
    assert "0.5" in machine.cpu_fact(root).value


def test_a_limit_of_the_older_kind_is_read_too(tmp_path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "9:memory:/job\n3:cpu,cpuacct:/job\n",
            "sys/fs/cgroup/memory/job/memory.limit_in_bytes": f"{2 << 30}\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
    )
    assert machine.memory_fact(root).details["limit_mb"] == 2048


def test_a_machine_without_control_groups_has_its_own_memory(tmp_path) -> None:
    assert machine.memory_fact(tmp_path).details["limit_mb"] is None


@pytest.mark.parametrize(
    ("free_mb", "state"), [(100, State.ERROR), (1000, State.WARNING), (5000, State.OK)], ids=["full", "little", "room"]
)
def test_free_space_is_judged_by_what_is_needed(monkeypatch, free_mb, state) -> None:
    usage = type(machine.shutil.disk_usage("/"))(free_mb << 21, free_mb << 20, free_mb << 20)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage)
    temp = next(machine.disk_facts())
    assert temp.state is state
    assert bool(temp.mend) is (state is not State.OK)


def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_above(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("KIT_DATA_DIR", str(tmp_path / "not" / "yet"))
    data = list(machine.disk_facts())[-1]
    assert data.state is not State.ERROR
    assert data.details["folder"] == str(tmp_path / "not" / "yet")
    assert not (tmp_path / "not").exists()


def test_a_folder_that_cannot_be_written_is_an_error(monkeypatch) -> None:
    monkeypatch.setenv("KIT_DATA_DIR", "/proc/none")
    assert list(machine.disk_facts())[-1].state is State.ERROR


def test_a_python_that_is_not_supported_is_an_error(monkeypatch) -> None:
    assert software.python_fact(system()).state is State.OK
    monkeypatch.setattr(software.sys, "version_info", (3, 9, 1, "final", 0))
    told = software.python_fact(system())
    assert told.state is State.ERROR
    assert any("install" in line for line in told.mend)


def test_packages_are_compared_with_what_the_kit_asks_for(monkeypatch) -> None:
    assert software.packages_fact().state is State.OK
    monkeypatch.setattr(software, "requires", lambda _: ["rich>=999", "no-such-package>=1", "tomli; extra == 'dev'"])
    told = software.packages_fact()
    assert told.state is State.ERROR
    assert "rich" in told.value
    assert "no-such-package is missing" in told.value
    assert "tomli" not in told.value
