using Convoy.Shared.Models;

namespace Convoy.Augmentation.Transforms;

/// <summary>A rectangle of a picture, in pixels from its left upper corner; a pixel is 1 wide.</summary>
public readonly record struct Window(double X, double Y, double Width, double Height)
{
    /// <summary>The map that shows the window on a whole picture.</summary>
    internal Affine Stretched(int width, int height) =>
        Affine.Translation(X - 0.5, Y - 0.5) * Affine.Scale(Width / width, Height / height) * Affine.Translation(0.5, 0.5);

    /// <summary>The bytes of the window's rows, as far as they lie in a picture.</summary>
    internal WindowRows Rows(Shape shape) => new(this, shape);
}

/// <summary>Goes over the rows of a window without allocating.</summary>
ref struct WindowRows(Window window, Shape shape)
{
    readonly int _end = (int)Math.Min(window.Y + window.Height, shape.Height);
    readonly int _left = (int)Math.Clamp(window.X, 0, shape.Width) * shape.Channels;
    readonly int _right = (int)Math.Clamp(window.X + window.Width, 0, shape.Width) * shape.Channels;
    readonly int _stride = shape.Width * shape.Channels;
    int _row = (int)Math.Max(window.Y, 0) - 1;

    public readonly Range Current => (_row * _stride + _left)..(_row * _stride + _right);
    public bool MoveNext() => ++_row < _end;
    public readonly WindowRows GetEnumerator() => this;
}
