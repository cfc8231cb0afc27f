using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>One move of a pointer that brushes, and what it came to.</summary>
/// <param name="Draws">How often the lines were drawn.</param>
/// <param name="Changes">How often the rest of the page changed.</param>
/// <param name="Milliseconds">From the move, as the browser dates it, to after the last frame in which anything changed.</param>
sealed record BrushMove(int Draws, int Changes, double Milliseconds)
{
    /// <summary>In words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds:F0} ms, {Draws} draws, {Changes} changes");
}

/// <summary>How long a page takes to show what a move of the pointer brushed.</summary>
static class BrushMeasure
{
    // A message that is posted in a frame's callback comes after that frame is painted; where so many frames change nothing, all is shown.
    const string Watch = """
        () => {
          const quietFrames = 10, main = document.querySelector('main'), lines = main.querySelector('.layers > canvas');
          const drawn = () => Number(lines.dataset.draws);
          let changes = 0;
          new MutationObserver(records => { changes += records.filter(record => record.target !== lines).length; })
            .observe(main, { subtree: true, childList: true, characterData: true, attributes: true });
          window.brushMoves = [];
          addEventListener('mousemove', event => {
            const began = { draws: drawn(), changes };
            let [last, quiet, draws, changed] = [0, 0, began.draws, began.changes];
            const channel = new MessageChannel();
            channel.port1.onmessage = () => {
              const isQuiet = draws === drawn() && changed === changes;
              [draws, changed] = [drawn(), changes];
              if (!isQuiet) last = performance.now();
              quiet = isQuiet ? quiet + 1 : 0;
              if (quiet < quietFrames) requestAnimationFrame(() => channel.port2.postMessage(null));
              else window.brushMoves.push({ draws: draws - began.draws, changes: changed - began.changes, milliseconds: Math.max(0, last - event.timeStamp) });
            };
            requestAnimationFrame(() => channel.port2.postMessage(null));
          }, { capture: true });
        }
        """;

    /// <summary>Drags from one place through others, waiting at each until all is shown. The first move, to where the drag begins, is not measured.</summary>
    public static async Task<IReadOnlyList<BrushMove>> DragAsync(IPage tab, float x, float from, params float[] through)
    {
        await tab.Mouse.MoveAsync(x, from);
        await tab.EvaluateAsync(Watch);
        await tab.Mouse.DownAsync();
        foreach (var (index, y) in through.Index())
        {
            await tab.Mouse.MoveAsync(x, y, new() { Steps = 1 });
            await tab.WaitForFunctionAsync("count => window.brushMoves.length === count", index + 1);
        }
        await tab.Mouse.UpAsync();
        return (await tab.EvaluateAsync<JsonElement>("window.brushMoves")).Deserialize<BrushMove[]>(JsonSerializerOptions.Web)!;
    }
}
