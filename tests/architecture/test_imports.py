"""Which room may know which, and how little the web loads."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)


def test_import_contracts_hold():
    done = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_web_loads_no_solver_and_no_queue():
    code = (
        "import sys, web.app\n"
        "print(sorted({'numpy', 'scipy', 'highspy', 'dramatiq', 'apscheduler'} & set(sys.modules)))"
    )
    done = run(sys.executable, "-c", code)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_vocabulary_loads_only_the_standard_library():
    code = (
        "import sys; before = set(sys.modules); import planners.spec, planners.plan, planners.problems\n"
        "loaded = {m.partition('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)\n"
        "print(sorted(m for m in loaded if not m.startswith('_')))"
    )
    assert run(sys.executable, "-c", code).stdout.strip() == "['planners']"


def test_printed_plans_load_only_the_standard_library_and_the_vocabulary():
    code = (
        "import sys; before = set(sys.modules); import planners.printed\n"
        "loaded = set(sys.modules) - before\n"
        "rooms = {m.partition('.')[0] for m in loaded} - set(sys.stdlib_module_names)\n"
        "ours = {'.'.join(m.split('.')[:2]) for m in loaded if m.startswith('planners.')}\n"
        "known = {'planners.' + name for name in 'printed plan spec errors outcome reading'.split()}\n"
        "print(sorted(m for m in rooms if not m.startswith('_')), sorted(ours - known))"
    )
    assert run(sys.executable, "-c", code).stdout.strip() == "['planners'] []"


def test_lean_plans_load_only_the_standard_library_and_the_vocabulary():
    code = (
        "import sys; before = set(sys.modules); import planners.lean as lean\n"
        "lean.carried('nutrition').foods; lean.carried('workout').exercises\n"
        "loaded = set(sys.modules) - before\n"
        "rooms = {m.partition('.')[0] for m in loaded} - set(sys.stdlib_module_names)\n"
        "ours = {'.'.join(m.split('.')[:2]) for m in loaded if m.startswith('planners.')}\n"
        "known = {'planners.' + name for name in 'lean spec errors reading training_log'.split()}\n"
        "print(sorted(m for m in rooms if not m.startswith('_')), sorted(ours - known))"
    )
    assert run(sys.executable, "-c", code).stdout.strip() == "['planners'] []"


def test_planners_read_no_clock_no_environment_and_no_global_randomness():
    clocks_and_such = (
        r"^\s*(import|from) (os|time|random|secrets|socket)\b|\.now\(|\.today\(|random\.seed|uuid[147]\("
    )
    for path in (ROOT / "planners").rglob("*.py"):
        assert re.findall(clocks_and_such, path.read_text(), re.MULTILINE) == [], path


def test_every_test_folder_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert folders
    assert [f for f in folders if not (f / "__init__.py").exists()] == []
