using System.Globalization;
using System.Text.Json.Nodes;
using MimeKit;

namespace ChatOps.Sandbox.Email;

/// <summary>The page's mailbox.</summary>
internal static class MailEndpoints
{
    /// <summary>
    /// Maps <c>GET /sandbox/mail</c> (the list), <c>/sandbox/mail/{id}</c> (headers and plain part) and <c>/sandbox/mail/{id}/html</c>.
    /// </summary>
    public static void MapSandboxMail(this IEndpointRouteBuilder routes, Mailbox mailbox)
    {
        routes.MapGet("/sandbox/mail", () => Results.Json(
            new JsonObject { ["mails"] = new JsonArray([.. mailbox.All.Reverse().Select(mail => (JsonNode)Summary(mail))]) }));
        routes.MapGet("/sandbox/mail/{id:int}", (int id) =>
        {
            if (mailbox.Find(id) is not { } mail) return Results.NotFound();
            var json = Summary(mail);
            json["plain"] = mail.Message.TextBody ?? "";
            json["message_id"] = mail.Message.MessageId;
            return Results.Json(json);
        });
        routes.MapGet("/sandbox/mail/{id:int}/html", (int id, HttpContext http) =>
        {
            if (mailbox.Find(id) is not { } mail) return Results.NotFound();
            // As in a mail client: no scripts, nothing from outside; the pictures came with the mail.
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";
            return Results.Content(WithPictures(mail.Message), "text/html; charset=utf-8");
        });
    }

    private static JsonObject Summary(ReceivedMail mail) => new()
    {
        ["id"] = mail.Id,
        ["from"] = mail.Message.From.ToString(),
        ["to"] = string.Join(", ", mail.Recipients),
        ["subject"] = mail.Message.Subject,
        ["at"] = mail.At.ToString("O", CultureInfo.InvariantCulture),
        ["pictures"] = Pictures(mail.Message).Count(),
    };

    private static IEnumerable<MimePart> Pictures(MimeMessage message) =>
        message.BodyParts.OfType<MimePart>().Where(part => part.ContentType.MediaType == "image" && part.ContentId is not null);

    private static string WithPictures(MimeMessage message)
    {
        var html = message.HtmlBody ?? "";
        foreach (var part in Pictures(message))
        {
            using var content = new MemoryStream();
            part.Content!.DecodeTo(content);
            html = html.Replace(
                $"cid:{part.ContentId}",
                $"data:{part.ContentType.MimeType};base64,{Convert.ToBase64String(content.GetBuffer(), 0, (int)content.Length)}",
                StringComparison.Ordinal);
        }

        return html;
    }
}
