using System.Runtime.InteropServices;
using System.Text;

namespace Convoy.Worker.Export;

/// <summary>A message of Protocol Buffers being built, field by field. Numbers of tensors are not copied before they are written.</summary>
sealed class ProtoMessage
{
    // Wire types of the encoding.
    const int Varint = 0, Delimited = 2, Fixed32 = 5;

    readonly List<Action<Stream>> _parts = [];

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds an int64, an int32 or an enumeration.</summary>
    public ProtoMessage Number(int field, long value) => Part([.. Key(field, Varint), .. Encode((ulong)value)]);

    /// <summary>Adds a float.</summary>
    public ProtoMessage Single(int field, float value) => Part([.. Key(field, Fixed32), .. BitConverter.GetBytes(value)]);

    /// <summary>Adds a string.</summary>
    public ProtoMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds each of several int64.</summary>
    public ProtoMessage Numbers(int field, IEnumerable<long> values) => values.Aggregate(this, (message, value) => message.Number(field, value));

    /// <summary>Adds numbers as the bytes they are in memory, little-endian.</summary>
    public ProtoMessage Raw<T>(int field, T[] values) where T : unmanaged =>
        Delimit(field, (long)values.Length * Marshal.SizeOf<T>(), target => target.Write(MemoryMarshal.AsBytes(values.AsSpan())));

    /// <summary>Adds a message within this one; it must be complete.</summary>
    public ProtoMessage Message(int field, ProtoMessage inner) => Delimit(field, inner.Length, inner.WriteTo);

    /// <summary>Adds each of several messages.</summary>
    public ProtoMessage Messages(int field, IEnumerable<ProtoMessage> inner) => inner.Aggregate(this, (message, each) => message.Message(field, each));

    /// <summary>Writes the message.</summary>
    public void WriteTo(Stream target)
    {
        foreach (var part in _parts) part(target);
    }

    ProtoMessage Bytes(int field, byte[] value) => Delimit(field, value.Length, target => target.Write(value));

    ProtoMessage Delimit(int field, long length, Action<Stream> write)
    {
        Part([.. Key(field, Delimited), .. Encode((ulong)length)]);
        _parts.Add(write);
        Length += length;
        return this;
    }

    ProtoMessage Part(byte[] bytes)
    {
        _parts.Add(target => target.Write(bytes));
        Length += bytes.Length;
        return this;
    }

    static byte[] Key(int field, int wireType) => Encode((ulong)(field << 3 | wireType));

    static byte[] Encode(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
