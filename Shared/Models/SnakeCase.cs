using System.Text;

namespace Convoy.Shared.Models;

/// <summary>Names as written in YAML and by Keras.</summary>
public static class SnakeCase
{
    /// <summary><c>BatchSize</c> to <c>batch_size</c>; capitals after a digit stay joined, as Keras has it: <c>MaxPooling2D</c> to <c>max_pooling2d</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1]))
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
