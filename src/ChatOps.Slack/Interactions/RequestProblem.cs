using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace ChatOps.Slack.Interactions;

/// <summary>Why a request was refused, as problem+json (RFC 9457). Says nothing that helps a forger.</summary>
internal sealed record RequestProblem(int Status, string Title, string Detail)
{
    public static readonly RequestProblem NotSlack = new(
        StatusCodes.Status401Unauthorized,
        "Not signed by Slack",
        "The signature is missing or wrong, or its timestamp is more than five minutes from this server's clock. Check the signing " +
        "secret and the clock.");

    public static readonly RequestProblem TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "Too large", $"The body is longer than {RequestBody.MaxBytes} bytes.");

    public static readonly RequestProblem NoPlace = new(
        StatusCodes.Status503ServiceUnavailable, "Busy", "There is no memory for the body now, or it came too slowly. Send it again.");

    public static RequestProblem Malformed(string detail) => new(StatusCodes.Status400BadRequest, "Malformed", detail);

    public Task Write(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = "application/problem+json";
        return JsonSerializer.SerializeAsync(http.Response.Body, this, RequestProblemJson.Default.RequestProblem, http.RequestAborted);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RequestProblem))]
internal sealed partial class RequestProblemJson : JsonSerializerContext;
