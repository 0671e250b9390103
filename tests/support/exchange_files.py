"""The files of other tools that both languages read in their tests.

``python -m tests.support.exchange_files`` writes them.

``ml5*.json`` and ``marcelle*.json`` are not written here: ml5 0.12.2 and Marcelle 0.6.5 saved them themselves, in a
browser. ``expected.json`` says what is in each file; look at what changed in it before you keep it.
"""

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from server.contract.errors import ContractError
from server.exchange.formats import registry
from tests.support import hostile, pictures

FOLDER = Path(__file__).parents[1] / "exchange" / "formats" / "files"
#: Of the network that is said to be in use.
DIMENSION = 4


def picture(seed: int, kind: str = "JPEG") -> bytes:
    """A small picture, always the same for one seed."""
    pixels = np.random.default_rng(seed).integers(0, 255, (4, 4, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((24, 24)).save(file, kind)
    return file.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as writer:
        for path, data in files.items():
            writer.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data)
    return file.getvalue()


def with_preview(jpeg: bytes) -> bytes:
    """A JPEG with a preview inside, which has an end of its own."""
    inner = picture(99)
    return jpeg[:2] + b"\xff\xe1" + (len(inner) + 2).to_bytes(2, "big") + inner + jpeg[2:]


def tidy_tree() -> dict[str, bytes]:
    """Class folders as they come from real computers."""
    return {
        "pets/dog/b.jpg": picture(1),
        "pets/dog/a.png": picture(2, "PNG"),
        "pets/dog/deep/er/c.webp": picture(3, "WEBP"),
        "pets/dog/readme.txt": b"no picture",
        "pets/cat/1.jpeg": with_preview(picture(4)),
        "pets/cat/.thumbnails/1.jpg": picture(5),
        "pets/cat/._1.jpeg": b"\0\5\26\7" * 9,
        "pets/cat/cut.jpg": with_preview(picture(6))[:-40],
        "pets/cat/cut.png": picture(7, "PNG")[:-40],
        "pets/cat/empty.jpg": b"",
        "pets/cat/text.jpg": b"this is no picture at all",
        "pets/.hidden/1.jpg": picture(8),
        "__MACOSX/pets/cat/2.jpg": picture(9),
        "pets/Thumbs.db": b"x",
        "pets/e\u0301toile/1.jpg": picture(10),
    }


def address(picture: bytes) -> str:
    """A picture as a data address."""
    return "data:image/jpeg;base64," + base64.b64encode(picture).decode()


ROWS = [[0.5, 0.1, 0, 1.5], [0.25, 0, 0, 1], [1e-7, 2, 0, 0]]
CSV = "id,label,group,e0,e1,e2,e3\na,cat,r1,0.5,0.1,0,1.5\nb,cat,,0.25,0,0,1\nc,7,r2,1e-7,2,0,0\n"
FLAT = [number for row in ROWS[:2] for number in row]


def files() -> dict[str, bytes | str]:
    """The files by their names."""
    named = {"dog-!-0.jpg": picture(1), "dog-!-1.png": picture(2, "PNG"), "A cat-!-0.jpg": picture(3)}
    image, audio = json.dumps({"type": "image", "version": "2.4.7"}), json.dumps({"type": "audio", "version": "2.4.7"})
    samples = {"samples/1_0.png": picture(4, "PNG"), "samples/0_0.png": picture(5, "PNG")}
    return {
        "knn-entries.json": json.dumps([["b", FLAT, [2, 4]], ["10", ROWS[2], [1, 4]], ["9", ROWS[2], [1, 4]]]),
        "knn-numbers.json": json.dumps([[1, FLAT, [2, 4]], [0, ROWS[2], [1, 4]]]),
        "knn-objects.json": json.dumps([{"classId": 3, "data": FLAT, "shape": [2, 4]}]),
        "knn-rows.json": json.dumps({"b": ROWS[:2], "10": [ROWS[2]], "9": [ROWS[2]]}),
        "knn-flat.json": json.dumps({"cat": FLAT, "dog": ROWS[2]}),
        "knn-typed.json": json.dumps({"cat": {str(i): number for i, number in enumerate(FLAT)}}),
        "knn-shape.json": json.dumps({"cat": {"data": FLAT, "shape": [2, 1, 4]}}),
        "table.csv": CSV,
        "table-semicolons.csv": "\ufeff" + CSV.replace(",", ";").replace("\n", "\r\n"),
        "table-tabs.tsv": CSV.replace(",", "\t"),
        "table-utf16.txt": ("\ufeff" + CSV.replace(",", "\t")).encode("utf-16-le"),
        "table-windows.csv": "label;e0\n\u00c4pfel;1\n\u00d6l;2\n3 \u20ac;4\n".encode("cp1252"),
        "table-bare.csv": "cat,0.5,0.1,0,1.5\n\ncat , 0.25,0,0,1\n7,1e-7,2,0,0\n",
        "table-bare-ids.csv": "x1,cat,0.5,0.1,0,1.5\nx2,dog,0.25,0,0,1\n",
        "table-quoted.csv": 'label,e0,e1\n"a, ""b""\nc",1,2\n"  ",3,4\n,5,6\ncat,7,8\n',
        "table-pandas.csv": ",label,path,x0,x1\n0,cat,/a.jpg,1,2\n1,dog,/b.jpg,3,4\n",
        "project.tm": zipped({"manifest.json": image.encode(), **named}),
        "project-open.zip": zipped({"metadata.json": b'{"labels":["Eins","Zwei"]}', **samples}),
        "folders.zip": zipped(tidy_tree()),
        "folders-flat.zip": zipped({"b.jpg": picture(1), "a.jpg": picture(2)}),
        # As Windows, macOS and Linux write names.
        "folders-names.zip": hostile.zipped(
            [
                hostile.Part("\u00c4pfel/1.jpg".encode("cp437"), picture(1), flags=0),
                hostile.Part("e\u0301toile/1.jpg", picture(2), flags=0),
                *(hostile.Part(f"{label}/1.jpg", picture(3)) for label in ("3:00", "A", "a", "\u2028x\u2028")),
            ]
        ),
        "project-names.tm": zipped({f"{label}-!-0.jpg": picture(1) for label in ("Cat", "cat", "3:00", "A: red")}),
        "folders-split.zip": zipped({"train/cat/1.jpg": picture(1), "test/dog/1.jpg": picture(2)}),
        "folders-loose.zip": zipped({"x.jpg": picture(1), "cat/1.jpg": picture(2), "dog/1.jpg": picture(3)}),
        "table-marks.csv": 'label,e0,e1\n"a\rb",1,2\n"a\r\nb",3,4\n"a\nb",5,6\n"=1+1",7,8\n=A1,9,1\n" "" ",2,3\n',
        "mixed-marcelle.json": json.dumps(
            {
                "instances": [
                    {"y": "cat", "x": [1, 2]},
                    {"y": "dog", "x": address(picture(1))},
                    {"y": "dog", "x": "data:image/jpeg;base64,é"},
                ]
            }
        ),
        "knn-odd.json": "[[1e21,[1,0],[1,2]],[-0.0,[1,0],[1,2]],[1e999,[1,0],[1,2]],[1.5,[0,12345678901234567],[1,2]]]",
        "folders-bombs.zip": zipped(
            {
                "cat/1.jpg": picture(1),
                **{f"cat/{case}.{kind}": data for case, (data, kind) in pictures.bombs(16_000, 16_000).items()},
            }
        ),
        "bombs-marcelle.json": json.dumps(
            {"instances": [{"y": "cat", "x": address(data)} for data in (picture(1), pictures.png(8000, 8000))]}
        ),
        "bombs-features-marcelle.json": json.dumps(
            {
                "instances": [
                    {"y": "cat", "x": [1, 2], "thumbnail": address(data)}
                    for data in (picture(1), pictures.png(1001, 1000), pictures.jpeg((0xC0, 1000, 1000)))
                ]
            }
        ),
        "bad-comma.csv": "id;label;e0;e1\na;cat;0,5;0,25\n",
        "bad-comma-bare.csv": "cat;0,5;0,25\n",
        "bad-uneven.csv": "cat,1,2\ncat,1,2,3\n",
        "bad-missing.csv": "label,e0,e1\ncat,1\n",
        "bad-word.csv": "label,e0,e1\ncat,1,two\n",
        "bad-quote.csv": 'label,e0,e1\n"cat,1,2\n',
        "bad-hex.csv": "label,e0,e1\ncat,1,0x10\n",
        "bad-underscore.csv": "label,e0,e1\ncat,1,1_0\n",
        "bad-header.csv": "name,path\ncat,/a.jpg\n",
        "bad-twice.csv": "id,label,e0\na,cat,1\na,dog,2\n",
        "bad-empty.csv": "id,label,e0\n",
        "bad-nan.json": '[["cat",[1,NaN],[1,2]]]',
        "bad-huge.json": '[["cat",[1,1e999],[1,2]]]',
        "bad-digits.json": f'[["cat",[{"9" * 400},1],[1,2]]]',
        "bad-more-digits.json": f'[["cat",[{"9" * 5000},1],[1,2]]]',
        "bad-zero.json": '[["cat",[0,0],[1,2]]]',
        "bad-shape.json": '[["cat",[1,2,3],[2,2]]]',
        "bad-shape-infinite.json": '[["cat",[1,2],[1,1e999]]]',
        "bad-shape-zero.json": '[["cat",[1,2],[2,0]]]',
        "bad-text.json": '[["cat",["1","2"],[1,2]]]',
        "bad-flat.json": '{"cat":[1,2,3]}',
        "bad-long.json": json.dumps([["x" * 41, [1, 2], [1, 2]]]),
        "bad-ml5.json": '{"dataset":{"0":{"shape":[1,2]},"1":{"shape":[1,2]}},"tensors":[[1,2]]}',
        "bad-ml5-label.json": '{"dataset":{"0":{"shape":[1,2],"label":["cat"]}},"tensors":[[1,2]]}',
        "bad-other.json": '{"hello":"world"}',
        "bad-deep.json": "[" * 100_000,
        "bad-sound.tm": zipped({"manifest.json": audio.encode(), "a-!-0.zip": b"PK"}),
        "bad-sound-pictures.tm": zipped({"manifest.json": audio.encode(), "a-!-0.jpg": picture(1)}),
        "bad-label.zip": zipped({"metadata.json": b'{"labels":[{"name":"Eins"}]}', **samples}),
        "bad-nothing.zip": zipped({"readme.txt": b"x"}),
        "bad-drive.zip": zipped({"C:/cat/1.jpg": picture(1)}),
        "bad-climb.zip": zipped({"cat/../../1.jpg": picture(1)}),
        "bad-ours.zip": zipped({"project.json": b"{}"}),
        "bad-picture.jpg": picture(1),
        "bad-void.csv": "",
    }


def summary(path: Path, read: Any = registry.read_foreign) -> dict[str, Any]:
    """What is in a file, as far as its format holds it; or the code that it is refused with."""
    try:
        content, skipped = read(path, DIMENSION)
    except ContractError as error:
        return {"error": error.code}
    has_ids = any(
        path.name.startswith(start) for start in ("table.", "table-s", "table-t", "table-u", "table-bare-ids")
    )
    return {
        "dimension": None if content.model is None else content.model.dimension,
        "classes": [each.label for each in content.classes],
        "examples": [
            [
                example.label,
                example.id if has_ids else None,
                example.group,
                None if example.thumbnail is None else hashlib.sha256(example.thumbnail).hexdigest()[:12],
                None if content.embeddings is None else [float(f"{v:.6g}") for v in content.embeddings[i].tolist()],
            ]
            for i, example in enumerate(content.examples)
        ],
        "skipped": [list(each) for each in skipped],
    }


def main() -> None:
    """Write the files, and what is in them."""
    for name, data in files().items():
        (FOLDER / name).write_bytes(data.encode() if isinstance(data, str) else data)
    paths = sorted(path for path in FOLDER.iterdir() if path.name != "expected.json")
    lines = [f"{json.dumps(path.name)}: {json.dumps(summary(path), ensure_ascii=False)}" for path in paths]
    (FOLDER / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
