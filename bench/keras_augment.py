#!/usr/bin/env python3
"""Keras' ImageDataGenerator in numpy and scipy, written from its documented composition: draws, one matrix of rotation, shift, shear and zoom about the
centre, scipy.ndimage.affine_transform of order 1 by channel, then flips. Prints pictures a second. Arguments: pictures, timed passes over them."""
import sys, time
import numpy as np
from scipy import ndimage

ROTATION, SHIFT, SHEAR, ZOOM = 40, 0.2, 0.2, (0.8, 1.2)
SIDE = 150


def draw(random):
    return dict(theta=random.uniform(-ROTATION, ROTATION), tx=random.uniform(-SHIFT, SHIFT) * SIDE, ty=random.uniform(-SHIFT, SHIFT) * SIDE,
                shear=random.uniform(-SHEAR, SHEAR), zoom=random.uniform(*ZOOM, 2), flip=random.random() < 0.5)


def transform(picture, p):
    theta, shear = np.deg2rad(p["theta"]), np.deg2rad(p["shear"])
    matrix = np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    matrix = matrix @ np.array([[1, 0, p["tx"]], [0, 1, p["ty"]], [0, 0, 1]])
    matrix = matrix @ np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    matrix = matrix @ np.diag([p["zoom"][0], p["zoom"][1], 1])
    x, y = picture.shape[0] / 2 - 0.5, picture.shape[1] / 2 - 0.5
    matrix = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]]) @ matrix @ np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]])
    channels = [ndimage.affine_transform(picture[:, :, c], matrix[:2, :2], matrix[:2, 2], order=1, mode="nearest") for c in range(picture.shape[2])]
    picture = np.stack(channels, axis=2)
    return picture[:, ::-1, :] if p["flip"] else picture


count, passes = int(sys.argv[1]), int(sys.argv[2])
random = np.random.RandomState(1)
pictures = random.randint(0, 256, (64, SIDE, SIDE, 3)).astype(np.float32)
rates = []
for _ in range(passes):
    start = time.perf_counter()
    for i in range(count):
        transform(pictures[i % 64], draw(random))
    rates.append(count / (time.perf_counter() - start))
print(f"{np.median(rates):.0f}")
