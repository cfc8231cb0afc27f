namespace Convoy.Worker.Pretrained;

/// <summary>How a tensor lies in a file whose format orders axes otherwise than the model does.</summary>
/// <param name="FileShape">Its shape as the file says it.</param>
/// <param name="View">The same numbers with every axis of <paramref name="Axes"/> apart.</param>
/// <param name="Axes">For each axis of the model's tensor, first to last: which axis of <paramref name="View"/> it is.</param>
public sealed record Arrangement(IReadOnlyList<int> FileShape, IReadOnlyList<int> View, IReadOnlyList<int> Axes)
{
    /// <summary>As in the model.</summary>
    public static Arrangement Same(IReadOnlyList<int> shape) => new(shape, shape, [.. Enumerable.Range(0, shape.Count)]);

    /// <summary>With the axes in another order.</summary>
    public static Arrangement Permuted(IReadOnlyList<int> fileShape, params IReadOnlyList<int> axes) => new(fileShape, fileShape, axes);

    /// <summary>The file's numbers in the model's order.</summary>
    public float[] ToModel(float[] stored) => Permute(stored, View, Axes);

    /// <summary>The model's numbers in the file's order.</summary>
    public float[] ToFile(float[] model)
    {
        var inverse = new int[Axes.Count];
        for (var axis = 0; axis < inverse.Length; axis++) inverse[Axes[axis]] = axis;
        return Permute(model, [.. Axes.Select(axis => View[axis])], inverse);
    }

    static float[] Permute(float[] source, IReadOnlyList<int> shape, IReadOnlyList<int> axes)
    {
        if (axes.SequenceEqual(Enumerable.Range(0, axes.Count))) return source;
        var strides = new int[shape.Count];
        for (var (axis, stride) = (shape.Count - 1, 1); axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
        var target = new float[source.Length];
        var next = 0;
        Copy(0, 0);
        return target;

        void Copy(int depth, int from)
        {
            var (size, step) = (shape[axes[depth]], strides[axes[depth]]);
            if (depth == axes.Count - 1)
                for (var i = 0; i < size; i++, from += step) target[next++] = source[from];
            else
                for (var i = 0; i < size; i++, from += step) Copy(depth + 1, from);
        }
    }
}
