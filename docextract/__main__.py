"""`python -m docextract`."""

from docextract.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
