using System.Numerics;
using Convoy.Shared.Data;

namespace Convoy.Shared.Tests.Data;

/// <summary>Multinomial logistic regression on pixels in [0, 1], by stochastic gradient descent of one sample a step.</summary>
internal sealed class SoftmaxRegression(int inputs, int classes)
{
    private readonly float[] weights = new float[inputs * classes];
    private readonly float[] bias = new float[classes];
    private readonly float[] scores = new float[classes];
    private readonly float[] input = new float[inputs];
    private readonly byte[] picture = new byte[inputs];

    public void TrainEpoch(IImageSet set, SeededRandom random, float learningRate)
    {
        foreach (int sample in random.Permutation(set.Count))
        {
            Score(set, sample);
            float sum = 0;
            float highest = scores.Max();
            for (int c = 0; c < classes; c++)
                sum += scores[c] = MathF.Exp(scores[c] - highest);
            for (int c = 0; c < classes; c++)
            {
                float step = learningRate * ((c == set.Label(sample) ? 1 : 0) - (scores[c] / sum));
                bias[c] += step;
                AddScaled(Row(c), step);
            }
        }
    }

    public double Accuracy(IImageSet set)
    {
        int right = 0;
        for (int sample = 0; sample < set.Count; sample++)
        {
            Score(set, sample);
            if (Array.IndexOf(scores, scores.Max()) == set.Label(sample))
                right++;
        }
        return (double)right / set.Count;
    }

    private void Score(IImageSet set, int sample)
    {
        set.Read(sample, picture);
        for (int i = 0; i < inputs; i++)
            input[i] = picture[i] / 255f;
        for (int c = 0; c < classes; c++)
            scores[c] = bias[c] + Dot(Row(c));
    }

    private Span<float> Row(int c) => weights.AsSpan(c * inputs, inputs);

    private float Dot(ReadOnlySpan<float> row)
    {
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < inputs; i += Vector<float>.Count)
            sums += new Vector<float>(row[i..]) * new Vector<float>(input, i);
        return Vector.Sum(sums);
    }

    private void AddScaled(Span<float> row, float factor)
    {
        for (int i = 0; i < inputs; i += Vector<float>.Count)
            (new Vector<float>(row[i..]) + (new Vector<float>(input, i) * factor)).CopyTo(row[i..]);
    }
}
