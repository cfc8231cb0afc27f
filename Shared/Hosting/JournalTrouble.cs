using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Convoy.Shared.Hosting;

/// <summary>Why a journal does not take what it should.</summary>
/// <param name="Reason">In a few words.</param>
/// <param name="CanRead">Whether what it has can be read all the same, as far as is known.</param>
public sealed record JournalTrouble(string Reason, bool CanRead)
{
    /// <summary>In one line.</summary>
    public string Text => $"the journal cannot be {(CanRead ? "written" : "reached")}: {Reason}";

    /// <summary>What an error of the database tells.</summary>
    public static JournalTrouble Of(Exception error, bool canRead) => new(ReasonOf(error), canRead);

    static string ReasonOf(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var only] } => ReasonOf(only),
        SqliteException { SqliteErrorCode: 13 } or PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "no space left on device",
        SqliteException { SqliteErrorCode: 8 } or PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "it is read-only",
        SqliteException { SqliteErrorCode: 14 } => "its file cannot be opened",
        SqliteException sqlite => SqliteText(sqlite.Message),
        PostgresException told => told.MessageText,
        NpgsqlException { InnerException: { } cause } => ReasonOf(cause),
        SocketException socket => socket.Message,
        TimeoutException or OperationCanceledException => "it does not answer in time",
        { InnerException: { } cause } => ReasonOf(cause),
        _ => error.Message.Split('\n')[0].TrimEnd('\r', '.'),
    };

    // SQLite Error 10: 'disk I/O error'.
    static string SqliteText(string message) => message.IndexOf('\'') is > 0 and var quote ? message[quote..].Trim('\'', '.') : message;
}

/// <summary>A node's journal does not take what it should. The message is one line.</summary>
public sealed class JournalFailedException(string message) : JobException(message);

/// <summary>Told to the actors of a node, by its event stream, when its journal takes again what it should.</summary>
public sealed record JournalWorks : Protocol.ILocalOnly;
