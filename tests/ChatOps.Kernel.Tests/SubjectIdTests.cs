namespace ChatOps.Kernel.Tests;

public class SubjectIdTests
{
    [Theory]
    [InlineData("finding:k3v9", "finding", "k3v9")]
    [InlineData("group:EC2.19|1:2", "group", "EC2.19|1:2")]
    [InlineData("thing:", "thing", "")]
    public void A_subject_is_read_as_it_is_written(string text, string kind, string key)
    {
        Assert.True(SubjectId.TryParse(text, out var subject));
        Assert.Equal(new SubjectId(kind, key), subject);
        Assert.Equal(text, subject.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("finding")]
    [InlineData(":k3v9")]
    public void What_names_no_kind_is_no_subject(string? text)
    {
        Assert.False(SubjectId.TryParse(text, out var subject));
        Assert.Equal(default, subject);
    }
}
