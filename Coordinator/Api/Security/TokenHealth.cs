using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Convoy.Coordinator.Api.Security;

/// <summary>Reports a token file that cannot be read: once in the log, and as degraded readiness until it can be read again.</summary>
sealed partial class TokenHealth(AccessTokens tokens, ILogger<TokenHealth> logger) : IHealthCheck
{
    readonly Lock _lock = new();
    string? _told;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Look() is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy());

    /// <summary>What is wrong now; logged where it is news.</summary>
    public string? Look()
    {
        var problem = tokens.Problem;
        lock (_lock)
        {
            if (problem == _told) return problem;
            _told = problem;
        }
        if (problem is null) Healed(logger);
        else Failed(logger, problem);
        return problem;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    static partial void Failed(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The file of tokens can be read again.")]
    static partial void Healed(ILogger logger);
}
