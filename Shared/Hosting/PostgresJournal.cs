using System.Net.Sockets;
using Akka.Configuration;
using Convoy.Shared.Transport;
using Npgsql;

namespace Convoy.Shared.Hosting;

/// <summary>Journal and snapshots in a PostgreSQL database, which several coordinators share.</summary>
public static class PostgresJournal
{
    // The plugins' tables, as they would make them. Coordinators start together: one makes the tables while the others wait; of plugins
    // that do so at once, one fails.
    const string Tables = """
        BEGIN;
        SELECT pg_advisory_xact_lock(7163521);
        CREATE TABLE IF NOT EXISTS journal (
          ordering bigserial PRIMARY KEY,
          created bigint NOT NULL,
          deleted boolean NOT NULL,
          persistence_id text NOT NULL,
          sequence_number bigint NOT NULL,
          message bytea NOT NULL,
          manifest text,
          identifier integer,
          writer_uuid text,
          CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number));
        CREATE TABLE IF NOT EXISTS tags (
          ordering_id bigint NOT NULL,
          tag text NOT NULL,
          sequence_nr bigint NOT NULL,
          persistence_id text NOT NULL,
          PRIMARY KEY (ordering_id, tag));
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id text NOT NULL,
          sequence_number bigint NOT NULL,
          created bigint NOT NULL,
          snapshot bytea,
          manifest text,
          serializer_id integer,
          PRIMARY KEY (persistence_id, sequence_number));
        COMMIT;
        """;

    /// <summary>Whether a journal's text names a database and no file.</summary>
    public static bool IsMeant(string journal) => PostgresAddress.IsOne(journal);

    /// <summary>Makes the tables where they are missing and says how to reach them.</summary>
    internal static Config Prepare(string journal)
    {
        var address = AddressOf(journal);
        try
        {
            using var source = NpgsqlDataSource.Create(address);
            using var make = source.CreateCommand(Tables);
            make.ExecuteNonQuery();
        }
        catch (Exception error) when (IsUnreachable(error))
        {
            throw Unopened(journal, error);
        }
        return SqlJournal.Plugins(address.ConnectionString, "PostgreSQL", parallelism: 3, makeTables: false);
    }

    /// <summary>Whether an error means that the database does not answer or does not let in.</summary>
    internal static bool IsUnreachable(Exception error) => error is NpgsqlException or SocketException or TimeoutException or IOException;

    /// <summary>What to say where it cannot be opened.</summary>
    internal static NodeStartException Unopened(string journal, Exception error)
    {
        var address = AddressOf(journal);
        return new($"cannot open the journal, database '{address.Database ?? address.Username}' at {Place(address)}: {Reason(error)}");
    }

    /// <summary>A connection that stays, under a name that the server shows.</summary>
    internal static NpgsqlConnection ConnectAs(string name, string journal)
    {
        var address = AddressOf(journal);
        (address.ApplicationName, address.Pooling, address.KeepAlive) = (name[..Math.Min(name.Length, 63)], false, 10);
        return new NpgsqlConnection(address.ConnectionString);
    }

    /// <summary>A connection to it, beside the plugins' pool.</summary>
    internal static NpgsqlConnection Connect(string journal)
    {
        var address = AddressOf(journal);
        (address.ApplicationName, address.MaxPoolSize) = ($"{address.ApplicationName} health", 1);
        return new NpgsqlConnection(address.ConnectionString);
    }

    static NpgsqlConnectionStringBuilder AddressOf(string journal)
    {
        var address = PostgresAddress.Parse(journal);
        address.ApplicationName ??= "convoy";
        address.MaxPoolSize = Math.Min(address.MaxPoolSize, 20); // a server takes a hundred connections, of all coordinators
        return address;
    }

    // Several hosts, or a socket's folder, are written as they were given.
    static string Place(NpgsqlConnectionStringBuilder address) => $"{HostPort.InUri(address.Host!)}:{address.Port}";

    static string Reason(Exception error) => error is PostgresException told ? told.MessageText : error.InnerException?.Message ?? error.Message;
}
