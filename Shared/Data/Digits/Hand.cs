using System.Numerics;

namespace Convoy.Shared.Data.Digits;

/// <summary>How one digit is written: everything about a picture but the glyph, drawn at random.</summary>
internal sealed record Hand
{
    /// <summary>Deviation of each control point, in boxes.</summary>
    public required float Unsteadiness { get; init; }
    /// <summary>From the unit box, centred, to pixels: stretch, slant and turn.</summary>
    public required Matrix3x2 Form { get; init; }
    /// <summary>From the picture's middle, in pixels.</summary>
    public required Vector2 Shift { get; init; }
    /// <summary>Smooth distortion of the paper.</summary>
    public required IReadOnlyList<Wave> Waves { get; init; }
    /// <summary>Half the stroke's width, in pixels.</summary>
    public required float PenRadius { get; init; }
    /// <summary>How far the pen's width swings along a stroke, as a part of it.</summary>
    public required float Pressure { get; init; }
    /// <summary>Where in its swing the pen's width starts, in radians.</summary>
    public required float PressurePhase { get; init; }
    /// <summary>Probability that a stroke has a gap.</summary>
    public required double Breakage { get; init; }
    /// <summary>Brightest grey, 0 to 255.</summary>
    public required float Ink { get; init; }
    /// <summary>Whether the picture is out of focus.</summary>
    public required bool Blurred { get; init; }
    /// <summary>Deviation of each pixel's grey.</summary>
    public required float Noise { get; init; }

    /// <summary>Draws a hand.</summary>
    public static Hand Draw(SeededRandom random)
    {
        float height = (float)random.NextDouble(15.5, 20.5);
        float width = height * (float)random.NextDouble(0.55, 0.9);
        float slant = Gaussian(random, 0.12f, 0.18f, 0.45f);
        float turn = Gaussian(random, 0, 0.11f, 0.3f);
        return new Hand
        {
            Unsteadiness = (float)random.NextDouble(0.015, 0.045),
            Form = Matrix3x2.CreateScale(width, height) * new Matrix3x2(1, 0, -slant, 1, 0, 0) * Matrix3x2.CreateRotation(turn),
            Shift = new Vector2(Gaussian(random, 0, 0.9f, 3), Gaussian(random, 0, 0.9f, 3)),
            Waves = [Wave.Draw(random), Wave.Draw(random)],
            PenRadius = (float)random.NextDouble(0.7, 1.75),
            Pressure = (float)random.NextDouble(0, 0.25),
            PressurePhase = (float)random.NextDouble(0, 2 * Math.PI),
            Breakage = random.NextBool(0.12) ? 0.7 : 0,
            Ink = (float)random.NextDouble(180, 255),
            Blurred = random.NextBool(0.2),
            Noise = random.NextBool(0.5) ? (float)random.NextDouble(0, 14) : 0,
        };
    }

    private static float Gaussian(SeededRandom random, float mean, float deviation, float reach) =>
        mean + Math.Clamp((float)random.NextGaussian() * deviation, -reach, reach);
}

/// <summary>A wave of the paper: moves points along <paramref name="Push"/> by the sine of their place along <paramref name="Number"/>.</summary>
internal readonly record struct Wave(Vector2 Push, Vector2 Number, float Phase)
{
    /// <summary>Draws a wave between 1 and 3 boxes long.</summary>
    public static Wave Draw(SeededRandom random)
    {
        float amplitude = (float)random.NextDouble(0, 0.07);
        float frequency = (float)(2 * Math.PI / random.NextDouble(1, 3));
        return new Wave(amplitude * Direction(random), frequency * Direction(random), (float)random.NextDouble(0, 2 * Math.PI));
    }

    /// <summary>Where a point of the unit box is moved by.</summary>
    public Vector2 At(Vector2 point) => Push * MathF.Sin(Vector2.Dot(Number, point) + Phase);

    private static Vector2 Direction(SeededRandom random)
    {
        (double sine, double cosine) = Math.SinCos(random.NextDouble(0, 2 * Math.PI));
        return new Vector2((float)cosine, (float)sine);
    }
}
