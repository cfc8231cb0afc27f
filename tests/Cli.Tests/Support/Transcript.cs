using System.Text;

namespace Convoy.Cli.Tests.Support;

/// <summary>What a command has written, which can be read and waited for while it still writes.</summary>
sealed class Transcript : TextWriter
{
    readonly StringBuilder _text = new();
    (string Text, TaskCompletionSource Seen)? _awaited;

    public override Encoding Encoding => Encoding.Unicode;

    /// <summary>Completes when <paramref name="text"/> has been written.</summary>
    public Task Shows(string text)
    {
        lock (_text)
        {
            _awaited = (text, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            Look();
            return _awaited.Value.Seen.Task;
        }
    }

    public override void Write(char value) => Append(text => text.Append(value));

    public override void Write(char[] buffer, int index, int count) => Append(text => text.Append(buffer, index, count));

    public override void Write(string? value) => Append(text => text.Append(value));

    public override string ToString()
    {
        lock (_text) return _text.ToString();
    }

    void Append(Action<StringBuilder> write)
    {
        lock (_text)
        {
            write(_text);
            Look();
        }
    }

    void Look()
    {
        if (_awaited is { Seen.Task.IsCompleted: false } awaited && _text.ToString().Contains(awaited.Text, StringComparison.Ordinal)) awaited.Seen.SetResult();
    }
}
