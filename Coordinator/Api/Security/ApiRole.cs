namespace Convoy.Coordinator.Api.Security;

/// <summary>What a token lets its holder do; each role may do what those before it may.</summary>
public enum ApiRole
{
    /// <summary>See everything.</summary>
    Viewer,
    /// <summary>Start, pause, resume and cancel jobs and sweeps.</summary>
    Submitter,
    /// <summary>See who did what, and whatever has no role of its own.</summary>
    Admin,
}

/// <summary>Who asks.</summary>
/// <param name="Name">The token's name.</param>
/// <param name="Role">Its role.</param>
public sealed record ApiIdentity(string Name, ApiRole Role);
