namespace Convoy.Cli.Tests.Support;

/// <summary>An environment variable of this process, for one test: others run in it afterwards.</summary>
sealed class ProcessVariable : IDisposable
{
    readonly string _name;
    readonly string? _before;

    public ProcessVariable(string name, string value)
    {
        (_name, _before) = (name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
}
