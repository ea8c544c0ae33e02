import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/audit.types.js';
import { CallingActor } from '../../auth/caller.decorators.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { IncidentsService } from '../../incidents/incidents.service.js';
import {
  IncidentAnswer,
  IncidentDetailAnswer,
  IncidentPath,
  IncidentsPage,
  IncidentsQuery,
  ResolveIncidentBody,
} from './dto/incident.dto.js';
import { IncidentResolution } from './incident-resolution.service.js';

/** What the operator should look at. */
@ApiTags('Back office: incidents')
@Controller('operator/incidents')
export class BackOfficeIncidentsController {
  constructor(
    private readonly changes: IncidentResolution,
    private readonly incidents: IncidentsService,
  ) {}

  @Get()
  @BackOfficeRoute('read')
  @ApiOperation({
    summary: 'List the incidents',
    description:
      'Wins that were not paid, bets that were not given back, conflicts, late settlements, what a tombstone stopped, wins that could ' +
      'not be taken back, bursts of failed signatures; latest first.',
  })
  @ApiOkResponse({ type: IncidentsPage, description: 'A page, latest first' })
  async list(@Query() query: IncidentsQuery): Promise<IncidentsPage> {
    return IncidentsPage.of(await this.incidents.list(query), query.limit);
  }

  @Get(':incidentId')
  @BackOfficeRoute('read', 'NOT_FOUND')
  @ApiOperation({ summary: 'Read an incident' })
  @ApiOkResponse({ type: IncidentDetailAnswer, description: 'The incident, with what was sent' })
  async get(@Param() { incidentId }: IncidentPath): Promise<IncidentDetailAnswer> {
    return IncidentDetailAnswer.withSightings(
      await this.incidents.get(incidentId),
      await this.incidents.sightingsOf(incidentId),
    );
  }

  @Post(':incidentId/resolve')
  @HttpCode(HttpStatus.OK)
  @BackOfficeRoute(
    'write',
    'NOT_FOUND',
    'DUPLICATE_TX_ID',
    'INVALID_TX_ID',
    'INVALID_WALLET_SESSION',
    'INSUFFICIENT_FUNDS',
  )
  @ApiOperation({
    summary: 'Resolve an incident',
    description:
      'With a note; for a win or a rollback that came late also with its money (`post`), once, and not where GPAS called it back.',
  })
  @ApiBody({ type: ResolveIncidentBody })
  @ApiOkResponse({ type: IncidentAnswer, description: 'The incident is resolved' })
  resolve(
    @CallingActor() actor: Actor,
    @Param() { incidentId }: IncidentPath,
    @Body() body: ResolveIncidentBody,
  ): Promise<IncidentAnswer> {
    return this.changes.resolve(actor, incidentId, body);
  }
}
