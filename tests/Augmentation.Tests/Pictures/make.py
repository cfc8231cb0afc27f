"""Makes the pictures beside it, and what Pillow (9.4) reads from each: NAME.rgb, height x width x 3 bytes. Run in this folder."""
from PIL import Image, ImageOps

W, H = 24, 16


def scene(shift=0):
    """Four quarters of different colours under a gradient: no turn or flip of it looks like another."""
    corners = [(230, 40, 30), (30, 200, 60), (40, 60, 220), (220, 210, 60)]
    picture = Image.new("RGB", (W, H))
    for y in range(H):
        for x in range(W):
            r, g, b = corners[(y >= H // 2) * 2 + (x >= W // 2)]
            picture.putpixel((x, y), (max(0, r - 3 * y), max(0, g - 4 * x // 2 + shift), b))
    return picture


def keep(name, picture=None, **options):
    if picture is not None:
        picture.save(name, **options)
    with Image.open(name) as saved:
        upright = ImageOps.exif_transpose(saved)
        if upright.mode in ("I", "I;16"):  # Pillow would clip 16 bits instead of scaling them
            upright = upright.point(lambda value: value / 256).convert("L")
        with open(name + ".rgb", "wb") as out:
            out.write(bytes(f"{upright.width} {upright.height}\n", "ascii") + upright.convert("RGB").tobytes())


best = dict(quality=98, subsampling=0)
picture = scene()
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    keep(f"exif{orientation}.jpg", picture, exif=exif, **best)
keep("cmyk.jpg", picture.convert("CMYK"), **best)
keep("grey.jpg", picture.convert("L"), **best)
keep("progressive.jpg", picture, progressive=True, **best)
keep("palette.png", picture.quantize(16))
keep("alpha.png", Image.merge("RGBA", (*picture.split(), picture.convert("L"))))
keep("grey16.png", picture.convert("L").convert("I").point(lambda value: value * 257))
keep("black_and_white.png", picture.convert("1"))
keep("colour.png", picture)
keep("palette.bmp", picture.quantize(16))
keep("colour.bmp", picture)
keep("lossless.webp", picture, lossless=True)
keep("lossy.webp", picture, quality=98)
keep("animated.webp", picture, lossless=True, save_all=True, append_images=[scene(50), scene(20)])
