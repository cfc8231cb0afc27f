namespace Convoy.Shared.Hosting;

/// <summary>How much a job or a sweep comes before others: the higher gets its slots first, and those of a lower priority make room for it.</summary>
public static class JobPriority
{
    /// <summary>The lowest.</summary>
    public const int Least = -100;
    /// <summary>Of whoever says nothing.</summary>
    public const int Default = 0;
    /// <summary>The highest.</summary>
    public const int Most = 100;
}
