import { describe, expect, it } from "vitest";
import { createProgram } from "../../../infra/cli/program.ts";
import { TERMINAL_WIDTH, widthOf } from "../../../infra/cli/terminal/width.ts";

const program = createProgram();

describe("the help of", () => {
  it.each([program, ...program.commands].map((command) => [command.name(), command] as const))(
    "%s fits 80 columns",
    (_, command) => {
      let help = "";
      command
        .configureOutput({
          getOutHelpWidth: () => TERMINAL_WIDTH,
          writeOut: (text) => {
            help += text;
          },
        })
        .outputHelp();
      expect(help).toContain("Examples:");
      expect(help.split("\n").filter((line) => widthOf(line) > TERMINAL_WIDTH)).toEqual([]);
    },
  );
});
