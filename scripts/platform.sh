#!/bin/sh
# Says so, in one line, where the conversion can't run for want of packages.
case "$(uname -sm)" in
  "Linux x86_64" | "Darwin arm64") ;;
  *)
    echo "The model can't be converted on $(uname -sm): TensorFlow's packages are for Linux on x86-64 and macOS on Apple silicon. Run make setup on such a machine, copy its folder web/public/model here, and run make again." >&2
    exit 1
    ;;
esac
