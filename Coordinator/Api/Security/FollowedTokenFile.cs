using Convoy.Shared.Artifacts;

namespace Convoy.Coordinator.Api.Security;

/// <summary>A file of tokens that is read again whenever it changes. One that is being replaced or has gone wrong leaves the tokens of before in force.</summary>
sealed class FollowedTokenFile
{
    static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly string _path;
    readonly TimeProvider _time;
    readonly TokenFile _file;
    IReadOnlyList<AccessToken> _tokens;
    DateTime _changed;
    string? _problem;
    long _checked;

    /// <exception cref="TokenFileException">It cannot be read now.</exception>
    public FollowedTokenFile(string path, TimeProvider time)
    {
        (_path, _time, _file, _changed) = (path, time, new TokenFile(path), AtomicFile.WrittenAt(path));
        (_tokens, _checked) = (_file.Read(), time.GetTimestamp());
    }

    /// <summary>The last good ones.</summary>
    public IReadOnlyList<AccessToken> Tokens
    {
        get
        {
            lock (_lock)
            {
                if (AtomicFile.WrittenAt(_path) != _changed) Read();
                return _tokens;
            }
        }
    }

    /// <summary>Why those of before are in force; null where they are those of the file. Reads it once a second at most, as a file can become unreadable without a change of its time.</summary>
    public string? Check()
    {
        lock (_lock)
        {
            if (AtomicFile.WrittenAt(_path) != _changed || _time.GetElapsedTime(_checked) >= BetweenChecks) Read();
            return _problem;
        }
    }

    void Read()
    {
        (_changed, _checked) = (AtomicFile.WrittenAt(_path), _time.GetTimestamp());
        try
        {
            (_tokens, _problem) = (_file.Read(), null);
        }
        catch (TokenFileException error)
        {
            _problem = $"the tokens of before are in force: {error.Message}";
        }
    }
}
