"""Packs one model with the tools that models are packed with: make.py, in this folder. Each archive is of the same files.

GNU tar must be there; bsdtar is used where it is there (macOS has it as tar).
"""

import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MODEL = pathlib.Path(tempfile.mkdtemp()) / "model"
# Longer than a header has room for, in one part and in two; not ASCII; and with a time that is no whole second.
FILES = {
    "model.bin": "weights\n",
    "code/inference.py": "print(1)\n",
    f"code/{'long-' * 22}name.json": "{}\n",
    f"{'folder-' * 12}/{'long-' * 12}name.json": "[]\n",
    "modèle-模型.txt": "a name\n",
    "code/empty.txt": "",
}

for name, content in FILES.items():
    path = MODEL / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, (1_700_000_000.25, 1_700_000_000.25))


def run(name, *command):
    subprocess.run([*command, "-czf", HERE / f"{name}.tar.gz", "-C", MODEL, "."], check=True)


run("gnu-tar", "tar")
run("gnu-tar-posix", "tar", "--format=posix")
if shutil.which("bsdtar"):
    run("bsdtar-pax", "bsdtar", "--format=pax")
with tarfile.open(HERE / "python.tar.gz", "w:gz") as archive:
    archive.add(MODEL, arcname=".")
with tarfile.open(str(HERE / "python-gnu.tar.gz"), "w|gz", format=tarfile.GNU_FORMAT) as archive:
    for path in sorted(MODEL.iterdir()):
        archive.add(path, arcname=path.name)
# As version 2 of the SageMaker SDK packs a model again (repack_model), and source files (create_tar_file).
with tarfile.open(HERE / "sagemaker-repacked.tar.gz", "w:gz") as archive:
    archive.add(MODEL, arcname=os.path.sep)
with tarfile.open(HERE / "sagemaker-source.tar.gz", "w:gz", dereference=True) as archive:
    for path in MODEL.iterdir():
        archive.add(path, arcname=path.name)
shutil.rmtree(MODEL.parent)
