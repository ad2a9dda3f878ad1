using System.Text;

namespace ChatOps.Kernel.Tests;

public sealed class CsvTests
{
    [Fact]
    public async Task Columns_stand_in_the_order_in_which_they_are_first_seen()
    {
        var table = new CsvTable();
        table.Add([Field("Name", "버킷"), Field("Region", "us-east-1")]);
        table.Add([Field("Region", "eu-west-1"), Field("Owner", "a,b")]);
        var bytes = await table.ToBytesAsync();
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        Assert.Equal("Name,Region,Owner\r\n버킷,us-east-1,\r\n,eu-west-1,\"a,b\"\r\n", Encoding.UTF8.GetString(bytes[3..]));
        Assert.Equal(2, table.Rows);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("=HYPERLINK(\"http://evil\",\"x\")", "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"")]
    [InlineData("a=1", "a=1")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("", "")]
    public async Task What_a_spreadsheet_would_run_is_shown_as_text(string value, string written)
    {
        using var file = new MemoryStream();
        await using (var csv = new CsvRows(file)) await csv.WriteAsync(["x", value, null]);
        Assert.Equal($"\uFEFFx,{written},\r\n", Encoding.UTF8.GetString(file.ToArray()));
    }

    private static KeyValuePair<string, string> Field(string name, string value) => KeyValuePair.Create(name, value);
}
