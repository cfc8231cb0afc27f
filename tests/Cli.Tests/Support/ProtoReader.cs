using Google.Protobuf;

namespace Convoy.Cli.Tests.Support;

/// <summary>Messages of protocol buffers, field by field.</summary>
static class ProtoReader
{
    /// <summary>The messages that a field of one holds.</summary>
    public static List<byte[]> Messages(byte[] message, int wanted)
    {
        var found = new List<byte[]>();
        Each(message, (field, input) =>
        {
            if (field != wanted) return false;
            found.Add(input.ReadBytes().ToByteArray());
            return true;
        });
        return found;
    }

    /// <summary>Every field; one that is not read is skipped.</summary>
    public static void Each(byte[] message, Func<int, CodedInputStream, bool> read)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
            if (!read(WireFormat.GetTagFieldNumber(tag), input)) input.SkipLastField();
    }

    /// <summary>A field of bytes, as digits.</summary>
    public static string Hex(CodedInputStream input) => Convert.ToHexStringLower(input.ReadBytes().Span);
}
