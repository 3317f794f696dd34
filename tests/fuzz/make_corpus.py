#!/usr/bin/env python3
"""Makes the seed corpus of each fuzz target from the golden vectors: tests/fuzz/make_corpus.py OUT_FOLDER."""
import pathlib
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
VECTORS = ROOT / "data" / "vectors"

SEEDS = {
    "stream_page_fuzz": ["resp_get_stream_record.body.hex", "resp_get_stream_record_closed.body.hex"],
    "messages_fuzz": [p.name for p in sorted(VECTORS.glob("*.body.hex")) if "tunnel" not in p.name],
    "record_stream_fuzz": [p.name for p in sorted(VECTORS.glob("odps-0[1-7]*.hex"))] + ["odps-13-ots-row.hex"],
}


def main():
    out = pathlib.Path(sys.argv[1])
    for target, names in SEEDS.items():
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(names):
            body = bytes.fromhex("".join((VECTORS / name).read_text().split()))
            prefix = bytes([number % 14]) if target == "messages_fuzz" else b""
            (folder / name).write_bytes(prefix + body)
    rows = out / "plain_buffer_fuzz"
    rows.mkdir(parents=True, exist_ok=True)
    row = ("7500000001030403000000756964050a0000000305000000616c6963650aa703040300000073657105090000000007000000000000000a21"
           "020304030000006167650509000000001e00000000000000070068e5cf8b0100000ae90b180000000c130000000d000000000e00401e18240a0600"
           "0f00000000094b")
    (rows / "put").write_bytes(bytes.fromhex(row))
    for target, texts in {"json_text_fuzz": [(ROOT.parent / "examples" / "person.json").read_bytes()],
                          "shard_list_fuzz": [zlib.compress(b'["shard_a","shard_b"]')]}.items():
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(texts):
            (folder / f"seed{number}").write_bytes(text)


if __name__ == "__main__":
    main()
