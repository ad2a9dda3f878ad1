using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Access;

public class RequestClaimsTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_command_that_is_sent_again_to_another_replica_is_known(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));
        var ours = new RequestClaims(test.Database, time, NullLogger<RequestClaims>.Instance);
        var theirs = new RequestClaims(test.Database, time, NullLogger<RequestClaims>.Instance);

        Assert.True(await ours.TryClaim("command 1.1.a", default));
        Assert.False(await theirs.TryClaim("command 1.1.a", default));
        Assert.True(await theirs.TryClaim("command 1.1.b", default));

        // Long after its signature is good for nothing it is forgotten.
        time.Advance(TimeSpan.FromHours(2));
        Assert.True(await theirs.TryClaim("command 1.1.c", default));
        Assert.True(await ours.TryClaim("command 1.1.a", default));
    }
}
