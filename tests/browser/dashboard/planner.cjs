'use strict';
// The form in which a job is planned.

class Planner {
  constructor(page, hand) {
    this.page = page;
    this.hand = hand;
  }

  async describe(description, parameters) {
    await this.hand.write(this.page.getByPlaceholder('Pick a good name…'), description);
    await this.hand.write(this.line('Parameters').locator('textarea'), parameters);
  }

  // Turns a switch over.
  async flip(label) {
    await this.line(label).locator('span').last().click();
  }

  // Chooses one of the two sides of a switch.
  async choose(label, side) {
    await this.line(label).getByText(side, { exact: true }).click();
  }

  // Picks from the lists of a line, from left to right.
  async pick(label, ...options) {
    for (const [place, option] of options.entries()) {
      await this.hand.choose(this.line(label).getByRole('combobox').nth(place), option);
    }
  }

  async schedule() {
    await this.page.getByRole('button', { name: 'Schedule', exact: true }).click();
    await this.page.getByText('Scheduled Jobs').last().waitFor();
  }

  line(label) {
    return this.page.getByText(label, { exact: true }).locator('xpath=ancestor::div[3]');
  }
}

module.exports = { Planner };
