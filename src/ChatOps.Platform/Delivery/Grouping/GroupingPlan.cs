using System.Security.Cryptography;
using ChatOps.Platform.Storage;
using Dapper;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>
/// Decides, before anything is posted in a channel, what is posted by itself and what is counted in a group or storm message.
/// Runs under the channel's lease, in one transaction of set-based statements: ten thousand subjects take as many statements as ten.
/// </summary>
internal sealed class GroupingPlan(IDatabase database, ChannelLeases leases, IOptions<DeliveryOptions> options, TimeProvider time)
{
    private readonly DeliveryOptions _options = options.Value;

    /// <summary>Arranges what waits for a Slack channel. Cheap when nothing does.</summary>
    public Task ArrangeAsync(ChannelLease lease, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var run = new Run(uow, lease.Target, now);
            await leases.CheckAsync(uow, lease);
            if (!await run.AnythingWaitsAsync()) return;
            await run.CloseQuietAsync(now - (long)_options.QuietAfter.TotalMilliseconds);
            await run.JoinGroupsAsync();
            var storm = await run.OpenStormAsync();
            if (storm is null && await run.FormGroupsAsync(_options.GroupAfter)) await run.JoinGroupsAsync();
            await run.PlaceAsync(storm, _options.PlacesPerMinute);
        },
        cancellationToken);

    /// <summary>One arrangement; the statements share the channel and the moment.</summary>
    private sealed class Run(UnitOfWork uow, string target, long now)
    {
        /// <summary>Waits, has no place yet, and is certainly not in Slack.</summary>
        private const string Free =
            "target = @target AND state = 'waiting' AND placed = 0 AND intent_at IS NULL AND version > settled_version";

        private const string NoBurst = "subject_kind NOT IN ('group', 'storm')";

        public async Task<bool> AnythingWaitsAsync() => await ScalarAsync<long>($"SELECT COUNT(*) FROM living_messages WHERE {Free}") > 0;

        /// <summary>Only what has been posted can be over: what waits for Slack's return still gathers.</summary>
        public Task<int> CloseQuietAsync(long quietSince) => uow.Connection.ExecuteAsync(
            """
            UPDATE delivery_bursts SET closed = 1 WHERE target = @target AND closed = 0 AND last_joined_at <= @quietSince
              AND message_id IN (SELECT id FROM living_messages WHERE state = 'posted' OR settled_version > 0)
            """,
            new { target, quietSince },
            uow.Transaction);

        /// <summary>What waits and belongs to an open group joins it, whether it has a place or not.</summary>
        public async Task JoinGroupsAsync() => await JoinedAsync(await uow.Connection.QueryAsync<long>(
            $"""
            UPDATE living_messages SET state = 'absorbed', absorbed_by = b.message_id, placed = 0
            FROM (SELECT message_id, member_kind, group_key FROM delivery_bursts WHERE target = @target AND kind = 'group'
              AND closed = 0) AS b
            WHERE target = @target AND state = 'waiting' AND intent_at IS NULL AND subject_kind = b.member_kind
              AND living_messages.group_key = b.group_key
            RETURNING absorbed_by
            """,
            new { target },
            uow.Transaction));

        public Task<long?> OpenStormAsync() =>
            ScalarAsync<long?>("SELECT message_id FROM delivery_bursts WHERE target = @target AND kind = 'storm' AND closed = 0");

        /// <summary>
        /// A group forms when more than so many of its subjects came within a minute, or wait still, however long Slack kept them waiting.
        /// </summary>
        public async Task<bool> FormGroupsAsync(int groupAfter)
        {
            var groups = (await uow.Connection.QueryAsync<(string Kind, string Group, string? Language)>(
                $"""
                SELECT subject_kind, group_key, MAX(language) FROM living_messages
                WHERE target = @target AND group_key IS NOT NULL AND absorbed_by IS NULL AND {NoBurst} AND (state = 'waiting'
                  OR (state = 'posted' AND created_at > @since))
                GROUP BY subject_kind, group_key
                HAVING COUNT(*) > @groupAfter AND SUM(CASE WHEN state = 'waiting' AND intent_at IS NULL AND version > settled_version THEN 1
                  ELSE 0 END) > 0
                """,
                new { target, since = now - LivingMessageStore.Minute, groupAfter },
                uow.Transaction)).AsList();
            foreach (var (kind, group, language) in groups) await CreateAsync(GroupKinds.Group, kind, group, language);
            return groups.Count > 0;
        }

        /// <summary>
        /// Gives the places of this minute to the worst. The last place is the storm's: when more waits than there are places, the storm
        /// forms and takes in the rest. While it is open, only critical ones are given places.
        /// </summary>
        public async Task PlaceAsync(long? storm, int places)
        {
            var waiting = await ScalarAsync<long>($"SELECT COUNT(*) FROM living_messages WHERE {Free} AND subject_kind <> 'storm'");
            if (waiting == 0) return;
            var taken = await uow.Connection.ExecuteScalarAsync<long>(
                """
                SELECT (SELECT COUNT(*) FROM living_messages WHERE target = @target AND posted_at > @since)
                  + (SELECT COUNT(*) FROM living_messages WHERE target = @target AND state = 'waiting' AND (placed = 1
                    OR intent_at IS NOT NULL) AND subject_kind <> 'storm')
                """,
                new { target, since = now - LivingMessageStore.Minute },
                uow.Transaction);
            var stormWaits = storm is null
                || await ScalarAsync<long>("SELECT COUNT(*) FROM living_messages WHERE id = @id AND state = 'waiting'", storm.Value) > 0;
            var free = Math.Max(0, places - taken - (stormWaits ? 1 : 0));
            if (storm is null && waiting <= free) return;

            var formed = storm is null;
            storm ??= await CreateAsync(
                GroupKinds.Storm, "", "", await ScalarAsync<string?>($"SELECT MAX(language) FROM living_messages WHERE {Free}"));
            await uow.Connection.ExecuteAsync(
                $"""
                UPDATE living_messages SET placed = 1 WHERE id IN (
                  SELECT id FROM living_messages WHERE {Free} AND subject_kind <> 'storm' AND rank <= @worst ORDER BY rank, id LIMIT @free)
                """,
                new { target, free, worst = (int)(formed ? Severity.Informational : Severity.Critical) },
                uow.Transaction);
            await AbsorbAsync(storm.Value);
        }

        /// <summary>All that still has no place is counted in the storm; groups not posted yet are dissolved into it.</summary>
        private async Task AbsorbAsync(long storm)
        {
            var dissolved = $"SELECT id FROM living_messages WHERE {Free} AND subject_kind = 'group'";
            var parameters = new { target, storm };
            await uow.Connection.ExecuteAsync(
                $"UPDATE living_messages SET absorbed_by = @storm WHERE absorbed_by IN ({dissolved})", parameters, uow.Transaction);
            await uow.Connection.ExecuteAsync(
                $"DELETE FROM delivery_bursts WHERE message_id IN ({dissolved})", parameters, uow.Transaction);
            var groups = await uow.Connection.ExecuteAsync(
                $"DELETE FROM living_messages WHERE {Free} AND subject_kind = 'group'", parameters, uow.Transaction);
            var singles = await uow.Connection.ExecuteAsync(
                $"UPDATE living_messages SET state = 'absorbed', absorbed_by = @storm WHERE {Free} AND {NoBurst}", parameters,
                uow.Transaction);
            if (groups + singles > 0) await JoinedAsync([storm]);
        }

        /// <summary>
        /// Bursts that gained members show it, rank by their worst, and stay open; replies of who was absorbed have no thread to go to.
        /// </summary>
        private async Task JoinedAsync(IEnumerable<long> bursts)
        {
            var ids = JsonRows.Ids(bursts.Distinct());
            if (ids == "[]") return;
            var these = $"SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r";
            await uow.Connection.ExecuteAsync(
                $"""
                UPDATE living_messages SET version = version + 1, rank = (SELECT MIN(m.rank) FROM living_messages AS m
                  WHERE m.absorbed_by = living_messages.id)
                WHERE id IN ({these})
                """,
                new { ids },
                uow.Transaction);
            await uow.Connection.ExecuteAsync(
                $"UPDATE delivery_bursts SET last_joined_at = @now WHERE message_id IN ({these})", new { ids, now }, uow.Transaction);
            await uow.Connection.ExecuteAsync(
                $"DELETE FROM thread_replies WHERE state = 'waiting' AND message_id IN (SELECT id FROM living_messages WHERE absorbed_by " +
                $"IN ({these}))",
                new { ids }, uow.Transaction);
        }

        private async Task<long> CreateAsync(string kind, string memberKind, string group, string? language)
        {
            var key = RandomNumberGenerator.GetHexString(16, lowercase: true);
            var id = await uow.Connection.ExecuteScalarAsync<long>(
                """
                INSERT INTO living_messages (subject_kind, subject_key, channel, target, language, rank, is_open, created_at)
                VALUES (@kind, @key, @target, @target, @language, @rank, 0, @now) RETURNING id
                """,
                new { kind, key, target, language, rank = (int)Severity.Informational, now },
                uow.Transaction);
            await uow.Connection.ExecuteAsync(
                "INSERT INTO delivery_bursts (message_id, target, kind, member_kind, group_key, last_joined_at) VALUES (@id, @target, " +
                "@kind, @memberKind, @group, @now)",
                new { id, target, kind, memberKind, group, now },
                uow.Transaction);
            return id;
        }

        private Task<T?> ScalarAsync<T>(string sql, long id = 0) =>
            uow.Connection.ExecuteScalarAsync<T>(sql, new { target, id }, uow.Transaction);
    }
}
