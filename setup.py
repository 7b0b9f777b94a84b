"""Packages, dependencies and the compiled kernels. Settings of the tools are in pyproject.toml."""

import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, find_packages, setup

HERE = Path(__file__).parent

TAGGER = ["transformers>=5"]
BATCH = ["pyarrow>=16"]
PDF = ["pypdfium2>=5"]
TRAIN = ["accelerate>=1.0"]
SERVICE = [
    "fastapi>=0.115",
    "prometheus-client>=0.21",
    "pydantic-settings>=2.7",
    "python-multipart>=0.0.18",
    "uvicorn>=0.32",
]
# What Ray Serve needs of the extra `serve`, which would bring HAProxy (GPL) along on Linux.
RAY = ["ray[data,default]>=2.40", "grpcio-reflection>=1.42", "watchfiles>=1.0", *SERVICE]
TEST = [
    *BATCH,
    *PDF,
    *TAGGER,
    *TRAIN,
    *SERVICE,
    "cython>=3.1,<4",
    "httpx>=0.28",
    "hypothesis>=6.100",
    "jsonschema>=4.20",
    "playwright>=1.50",
    "pytest>=8.2",
    "schemathesis>=4",
    "setuptools>=80",
]
LINT = [*SERVICE, *TAGGER, "mypy>=1.15", "ruff>=0.9", "types-PyYAML", "types-regex"]


def kernels() -> list[Extension]:
    """`ocr.kernels._<name>` from each `ext/<name>.pyx`; optional, since every kernel has a NumPy twin."""
    flags = ["/O2"] if sys.platform == "win32" else ["-O3", "-g0", "-ffp-contract=off"]  # round as the NumPy twins do
    sources = sorted(Path("ext").glob("*.pyx"))
    extensions = [
        Extension(f"ocr.kernels._{path.stem}", [path.as_posix()], extra_compile_args=flags) for path in sources
    ]
    compiled: list[Extension] = cythonize(extensions, build_dir="build/cython", language_level=3)
    for extension in compiled:
        extension.optional = True  # said before, it gets lost in `cythonize`
    return compiled


setup(
    name="docextract",
    version="0.1.0",
    description="Photos and scans of receipts, cards and identity documents in, typed objects out; offline",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Developers",
        "Programming Language :: Cython",
        "Programming Language :: Python :: 3 :: Only",
        "Topic :: Scientific/Engineering :: Image Recognition",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    packages=[*find_packages(include=["docextract", "docextract.*", "ocr", "ocr.*"]), "docextract.templates"],
    package_dir={"docextract.templates": "templates"},
    package_data={
        "": ["py.typed", "*.json", "*.pyi", "*.safetensors", "*.toml"],
        "docextract.templates": ["**/*.yaml"],
        "docextract.service": ["playground/*"],
        "docextract.tagging": ["bros/*"],
        "ocr.weights": ["deer/*"],
    },
    ext_modules=kernels(),
    options={"build_ext": {"parallel": True}},
    install_requires=[
        "numpy>=1.26",
        "opencv-python-headless>=4.11",
        "phonenumbers>=8.13",
        "pillow>=11",
        "pydantic>=2.6",
        "pyyaml>=6",
        "rapidfuzz>=3.6",
        "regex>=2023.12",
        "rich>=13",
        "safetensors>=0.4",
        "torch>=2.4",
    ],
    extras_require={
        "batch": BATCH,
        "lint": LINT,
        "pdf": PDF,
        "ray": RAY,
        "service": SERVICE,
        "tagger": TAGGER,
        "test": TEST,
        "train": TRAIN,
    },
    entry_points={"console_scripts": ["docextract = docextract.cli:main"]},
    zip_safe=False,
)
