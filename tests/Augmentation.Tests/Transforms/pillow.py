#!/usr/bin/env python3
"""Writes pillow.json: what Pillow's ImageOps and ImageEnhance make of a small picture, for PillowTests. Needs python3-pil."""
import json
from PIL import Image, ImageEnhance, ImageOps

WIDTH, HEIGHT = 13, 9
picture = Image.frombytes("RGB", (WIDTH, HEIGHT), bytes((40 + x * y * c * 7 + x * 9 + y * 4) % 211 for y in range(HEIGHT) for x in range(WIDTH) for c in (1, 2, 3)))
steps = {
    "brightness": [(f, ImageEnhance.Brightness(picture).enhance(f)) for f in (0.4, 1.7)],
    "contrast": [(f, ImageEnhance.Contrast(picture).enhance(f)) for f in (0.4, 1.7)],
    "saturation": [(f, ImageEnhance.Color(picture).enhance(f)) for f in (0.4, 1.7)],
    "sharpness": [(f, ImageEnhance.Sharpness(picture).enhance(f)) for f in (0.4, 1.7)],
    "solarize": [(100, ImageOps.solarize(picture, 100))],
    "posterize": [(3, ImageOps.posterize(picture, 3))],
    "auto_contrast": [(1, ImageOps.autocontrast(picture))],
    "equalize": [(1, ImageOps.equalize(picture))],
}
cases = [{"kind": kind, "amount": amount, "bytes": result.tobytes().hex()} for kind, results in steps.items() for amount, result in results]
with open(__file__.replace("pillow.py", "pillow.json"), "w") as file:
    json.dump({"width": WIDTH, "height": HEIGHT, "picture": picture.tobytes().hex(), "cases": cases}, file, indent=1)
