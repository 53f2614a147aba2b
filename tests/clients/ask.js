// Asks a site by the client statuspage.io (npm), and prints what it was told as JSON: node ask.js URL
"use strict";
const { Statuspage } = require("statuspage.io");

async function main(url) {
  const page = new Statuspage("0123456789ab");
  page.setApiUrl(url);
  const { incidents, scheduledMaintenances } = page.api;
  const found = {
    "components": await page.api.getComponents(),
    "status": await page.api.getStatus(),
    "summary": await page.api.getSummary(),
    "incidents": await incidents.getAll(),
    "incidents/unresolved": await incidents.getUnresolved(),
    "scheduled-maintenances/upcoming": await scheduledMaintenances.getUpcoming(),
    active: await scheduledMaintenances.getActive(),
    all: await scheduledMaintenances.getAll(),
  };
  console.log(JSON.stringify(found));
}

main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
