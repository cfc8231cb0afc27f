using Convoy.Shared.Data;

namespace Convoy.Shared.Tests.Data;

public sealed class DataListTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void What_has_not_changed_is_no_change() => Assert.Null(Change([("cat/1.jpg", 1), ("a, b/2.jpg", 2)], [("a, b/2.jpg", 2), ("cat/1.jpg", 1)]));

    [Fact]
    public void Files_that_are_new_gone_and_changed_are_named()
    {
        var change = Change([("cat/1.jpg", 1), ("cat/2.jpg", 2), ("dog/1.jpg", 3)], [("cat/1.jpg", 1), ("cat/2.jpg", 7), ("cat/3.jpg", 4), ("cat/4.jpg", 4)]);
        Assert.Equal("2 files are new (cat/3.jpg, cat/4.jpg), 1 file is gone (dog/1.jpg), 1 file is changed (cat/2.jpg)", change!.ToString());
    }

    [Fact]
    public void Of_many_the_first_are_named() =>
        Assert.Equal("5 files are gone (0, 1, 2, ...)", Change([.. Enumerable.Range(0, 5).Select(number => ($"{number}", number))], [])!.ToString());

    [Fact]
    public void Names_that_a_spreadsheet_or_a_terminal_would_act_on_are_the_same_afterwards()
    {
        (string, int)[] files = [("=cmd()/1.jpg", 1), ("a\u001b\n\"b\".jpg", 2), ("'=x.jpg", 3), ("-1/a,b.jpg", 4)];
        Assert.Null(Change(files, files));
        Assert.DoesNotContain(File.ReadLines(Path.Combine(_place.Path, "data.csv")).Select(line => line.Split(',', 3)[2]), name => name[0] is '=' or '-');
        Assert.Equal("1 file is gone (a\\u001B\\u000A\"b\".jpg)", Change(files, [files[0], files[2], files[3]])!.ToString());
    }

    [Theory]
    [InlineData("digest,bytes,name\nno list\n")]
    [InlineData("digest,bytes,name\nzz,1,cat.jpg\n")]
    public void A_file_that_is_no_list_says_nothing(string text)
    {
        var path = _place.Write("data.csv", text);
        Assert.Null(DataList.ChangeSince(path, Contents([("cat/1.jpg", 1)])));
    }

    [Fact]
    public void A_run_without_a_list_says_nothing() => Assert.Null(DataList.ChangeSince(Path.Combine(_place.Path, "none.csv"), Contents([("cat/1.jpg", 1)])));

    DataChange? Change((string, int)[] then, (string, int)[] now)
    {
        var path = Path.Combine(_place.Path, "data.csv");
        using (var file = File.Create(path)) DataList.Write(file, Contents(then));
        return DataList.ChangeSince(path, Contents(now));
    }

    static DataContents Contents((string Name, int Content)[] files) => new("test", [], () => files.Select(file => new DataFile(file.Name, FileMark.Of(BitConverter.GetBytes(file.Content)))));
}
